import { showHidden } from "../../../src/observe/plain-text.ts";
import { State } from "../../parts/state.tsx";
import { hrefOf } from "../../state/location.ts";
import type { TreeRoute } from "../../state/routes.ts";

/** The targets of a route with their conditions, as links. Nothing for a route that does not fan out. */
export function Targets({
	route: { targets = [] },
	all,
}: {
	readonly route: TreeRoute;
	readonly all: readonly TreeRoute[];
}) {
	if (targets.length === 0) return null;
	const known = new Map(all.map((route) => [route.name, route]));
	return (
		<>
			<h3>Targets</h3>
			<ul class="targets-now">
				{targets.map((name) => (
					<li key={name}>
						<RouteLink name={name} /> <Conditions route={known.get(name)} />
					</li>
				))}
			</ul>
		</>
	);
}

/** Says which routes fan out to a route, with links. Undefined if none does. */
export function describeSources(
	{ name }: TreeRoute,
	all: readonly TreeRoute[],
) {
	const sources = all.filter(({ targets }) => targets?.includes(name));
	if (sources.length === 0) return undefined;
	return (
		<p class="faint">
			A target of{" "}
			{sources.map((source, at) => (
				<span key={source.name}>
					{at > 0 && ", "}
					<RouteLink name={source.name} />
				</span>
			))}
			, with a delivery of its own for each event.
		</p>
	);
}

// --- helpers ---

function RouteLink({ name }: { readonly name: string }) {
	return <a href={hrefOf(["routes", name])}>{showHidden(name)}</a>;
}

function Conditions({ route }: { readonly route: TreeRoute | undefined }) {
	const { waiting = 0, dead = 0 } = route?.inbox ?? {};
	return (
		<>
			{route?.failing !== undefined && <State state="failed" label="fails" />}{" "}
			{route?.paused !== undefined && <State state="paused" />}{" "}
			{waiting > 0 && (
				<State
					state="waiting"
					label={`${waiting.toLocaleString("en")} waiting`}
				/>
			)}{" "}
			{dead > 0 && (
				<State state="dead" label={`${dead.toLocaleString("en")} dead`} />
			)}
		</>
	);
}
