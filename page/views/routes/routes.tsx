import { useState } from "preact/hooks";
import { Empty, ProblemBox } from "../../parts/messages.tsx";
import { count } from "../../parts/text.ts";
import { useKeys } from "../../state/keys.ts";
import { setQuery } from "../../state/location.ts";
import {
	type FlatRoute,
	flatten,
	type RouteTree,
	useRoutes,
} from "../../state/routes.ts";
import type { View, ViewProps } from "../view.ts";
import { RouteDetail } from "./detail.tsx";
import { CONDITIONS } from "./tree.ts";
import { Tree } from "./tree-view.tsx";
import { WhyNot } from "./why-not.tsx";
import "./routes.css";

/** The routes as the tree that resolves a webhook. */
export const routes: View = {
	name: "routes",
	title: "Routes",
	key: "r",
	component: Routes,
};

function Routes({ path: [name], query }: ViewProps) {
	const { value, problem, again } = useRoutes({ isLive: true });
	const all = flatten(value);
	const chosen = all.find(({ route }) => route.name === name);
	const [isAsking, setAsking] = useState(false);
	useKeys("A payload", [
		{
			key: "w",
			label: "Explain where a payload goes, and why not here",
			run: () => setAsking(true),
		},
	]);
	const filter = {
		text: query.get("q") ?? "",
		condition: query.get("show") ?? "",
	};
	if (value === undefined) {
		return problem === undefined ? null : (
			<ProblemBox problem={problem} onRetry={again} />
		);
	}
	return (
		<section
			class={`routes ${name === undefined ? "" : "has-detail"}`}
			aria-labelledby="routes-title"
		>
			<div class="routes-main">
				<div class="routes-bar">
					<h1 id="routes-title">{summarize(value, all)}</h1>
					<Conditions all={all} chosen={filter.condition} />
					<Search text={filter.text} />
					<button type="button" onClick={() => setAsking(true)}>
						{chosen === undefined ? "Where does it go?" : "Why not this one?"}
					</button>
				</div>
				{problem !== undefined && (
					<ProblemBox problem={problem} onRetry={again} />
				)}
				<Tree tree={value} filter={filter} chosen={name} />
			</div>
			{name !== undefined &&
				(chosen === undefined ? (
					<Empty title={`There is no route ${name}`}>
						<p>A reload may have removed it.</p>
						<a href="/routes">All routes</a>
					</Empty>
				) : (
					<RouteDetail
						key={name}
						route={chosen.route}
						path={chosen.path}
						all={all.map(({ route }) => route)}
						onChanged={again}
					/>
				))}
			{isAsking && (
				<WhyNot key={name} asked={chosen} onClose={() => setAsking(false)} />
			)}
		</section>
	);
}

// --- helpers ---

function summarize({ paths }: RouteTree, all: readonly FlatRoute[]): string {
	return `${count(all.length, "route")} on ${count(paths.length, "path")}`;
}

/** The conditions that some routes are in, each with its number. */
function Conditions({
	all,
	chosen,
}: {
	readonly all: readonly FlatRoute[];
	readonly chosen: string;
}) {
	return (
		<ul class="conditions row" aria-label="Show only routes that are">
			{Object.entries(CONDITIONS).map(([name, isSo]) => {
				const number = all.filter(({ route }) => isSo(route)).length;
				if (number === 0 && name !== chosen) return null;
				return (
					<li key={name}>
						<button
							type="button"
							aria-pressed={name === chosen}
							onClick={() => setQuery({ show: name === chosen ? "" : name })}
						>
							{number} {WORDS[name]}
						</button>
					</li>
				);
			})}
		</ul>
	);
}

const WORDS: Readonly<Record<string, string>> = {
	failing: "failing",
	paused: "paused",
	waiting: "with waiting events",
	dead: "with dead letters",
};

function Search({ text }: { readonly text: string }) {
	const [typed, setTyped] = useState(text);
	return (
		<input
			type="search"
			class="routes-search"
			aria-label="Find a route by name, path, kind or handler"
			placeholder="Find a route"
			autoComplete="off"
			spellcheck={false}
			value={typed}
			onInput={({ currentTarget: { value } }) => {
				setTyped(value);
				setQuery({ q: value }, { replace: true });
			}}
			onKeyDown={({ key, currentTarget }) => {
				if (key === "Escape") currentTarget.blur();
			}}
		/>
	);
}
