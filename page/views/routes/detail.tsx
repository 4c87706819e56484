import { useState } from "preact/hooks";
import { showHidden } from "../../../src/observe/plain-text.ts";
import { call } from "../../api/client.ts";
import { canOperate } from "../../api/session.ts";
import { Level } from "../../parts/level.tsx";
import { CommandLine } from "../../parts/messages.tsx";
import { State } from "../../parts/state.tsx";
import { Ago, formatTime } from "../../parts/time.tsx";
import { useCommands } from "../../state/commands.ts";
import { useKeys } from "../../state/keys.ts";
import { hrefOf } from "../../state/location.ts";
import { notify, notifyError } from "../../state/notices.ts";
import type { TreePath, TreeRoute } from "../../state/routes.ts";
import { Facts } from "./facts.tsx";
import { PauseDialog } from "./pause-dialog.tsx";
import { describeSources, Targets } from "./targets.tsx";

interface DetailProps {
	readonly route: TreeRoute;
	readonly path: TreePath | undefined;
	readonly all: readonly TreeRoute[];
	/** Called after the route was paused or resumed. */
	onChanged(): void;
}

/** A route: its condition, what can be done about it, where its URL is set, and what it is. */
export function RouteDetail({ route, path, all, onChanged }: DetailProps) {
	const { name } = route;
	return (
		<article class="route-detail" aria-labelledby="route-title">
			<a class="back" href="/routes">
				← All routes
			</a>
			<header class="row">
				<h2 id="route-title">{showHidden(name)}</h2>
				<Level level={route.level} />
				<span class="mono faint">{showHidden(route.kind)}</span>
				<a class="close" href="/routes" aria-label="Close the route">
					✕
				</a>
			</header>
			<Condition route={route} />
			<Actions route={route} onChanged={onChanged} />
			<Place route={route} path={path} all={all} />
			<Links name={name} kind={route.kind} />
			<Targets route={route} all={all} />
			<Facts route={route} path={path} />
		</article>
	);
}

// --- helpers ---

function Condition({ route }: { readonly route: TreeRoute }) {
	const { failing, paused, circuits, inbox } = route;
	const open = circuits.filter(({ isOpen }) => isOpen);
	return (
		<ul class="conditions-now">
			{failing !== undefined && (
				<li>
					<State
						state="failed"
						label={`fails: ${Math.round(failing.share * 100)} % of its work`}
					/>{" "}
					<span class="faint">
						for <Ago at={failing.since} />
					</span>
				</li>
			)}
			{open.map(({ upstream }) => (
				<li key={upstream}>
					<State state="waiting" label="circuit open" />{" "}
					<span class="mono">{showHidden(upstream)}</span>{" "}
					<span class="faint">is tried from time to time</span>
				</li>
			))}
			{paused !== undefined && (
				<li>
					<State state="paused" />{" "}
					<span class="faint">
						for <Ago at={paused.since} />
						{paused.until === undefined
							? ", until somebody resumes it"
							: `, until ${formatTime(paused.until)}`}
					</span>
					{paused.why !== undefined && <> {showHidden(paused.why)}</>}
				</li>
			)}
			{inbox !== undefined && inbox.dead > 0 && (
				<li>
					<a
						href={hrefOf(["deliveries"], { route: route.name, state: "dead" })}
					>
						<State
							state="dead"
							label={`${inbox.dead.toLocaleString("en")} dead`}
						/>
					</a>
				</li>
			)}
			{inbox !== undefined && inbox.waiting > 0 && (
				<li>
					<a
						href={hrefOf(["deliveries"], {
							route: route.name,
							state: ["received", "waiting"],
						})}
					>
						<State
							state="waiting"
							label={`${inbox.waiting.toLocaleString("en")} waiting`}
						/>
					</a>
				</li>
			)}
		</ul>
	);
}

function Actions({
	route,
	onChanged,
}: {
	readonly route: TreeRoute;
	onChanged(): void;
}) {
	const { name, paused, isPausable } = route;
	const [isAsking, setAsking] = useState(false);
	const resume = async (): Promise<void> => {
		try {
			await call("resumeRoutes", { body: { routes: [name] } });
			notify(`${name} goes on.`);
			onChanged();
		} catch (error) {
			notifyError(error);
		}
	};
	const toggle = (): void => {
		if (!isPausable || !canOperate.value) return;
		if (paused === undefined) setAsking(true);
		else void resume();
	};
	const label = paused === undefined ? "Pause" : "Resume";
	useKeys(`Route ${name}`, [
		{ key: "p", label: `${label} the route`, run: toggle },
	]);
	useCommands([{ name: `${label} ${name}`, hint: "action", run: toggle }]);
	return (
		<div class="row">
			{isPausable && canOperate.value && (
				<button type="button" onClick={toggle}>
					{paused === undefined ? "Pause…" : "Resume"}
				</button>
			)}
			{!isPausable && (
				<span class="faint">
					{route.mode === "reply"
						? "It cannot be paused, because its callers wait for the answer."
						: "It cannot be paused, because nothing is stored."}
				</span>
			)}
			{isAsking && (
				<PauseDialog
					route={name}
					onClose={() => setAsking(false)}
					onPaused={() => {
						setAsking(false);
						notify(`${name} is paused.`, {
							action: { label: "Resume", run: () => void resume() },
						});
						onChanged();
					}}
				/>
			)}
		</div>
	);
}

function Place({
	route,
	path,
	all,
}: Pick<DetailProps, "route" | "path" | "all">) {
	const { setAt, rest } = route;
	if (path === undefined) {
		const sources = describeSources(route, all);
		if (sources !== undefined) return sources;
		return (
			<p class="faint">
				An internal route: no URL leads to it. The router and plugins hand
				events on to it.
			</p>
		);
	}
	return (
		<div class="place">
			<CommandLine text={path.url} what="URL" />
			{setAt !== undefined && (
				<p>
					<strong>Set at:</strong> {showHidden(setAt)}
				</p>
			)}
			{rest !== undefined && setAt?.includes(rest) !== true && (
				<p class="mono faint">{rest}</p>
			)}
		</div>
	);
}

function Links({
	name,
	kind,
}: {
	readonly name: string;
	readonly kind: string;
}) {
	return (
		<ul class="row links">
			<li>
				<a href={hrefOf(["deliveries"], { route: name })}>Deliveries</a>
			</li>
			<li>
				<a href={hrefOf(["live"], { route: name })}>Live</a>
			</li>
			<li>
				<a href={hrefOf(["charts"], { route: name })}>Charts</a>
			</li>
			<li>
				<a href={hrefOf(["send"], { kind, to: name })}>Send one</a>
			</li>
		</ul>
	);
}
