import type { Mode } from "../../event/webhook.ts";
import { didYouMean } from "../../finding/suggest.ts";

/** A route that somebody wants to pause. */
export interface PausableRoute {
	readonly name: string;
	/** Undefined if it is unknown. */
	readonly mode: Mode | undefined;
}

/** Returns a sentence for each name that cannot be paused. Empty if all can. */
export function refusePause(
	names: readonly string[],
	routes: readonly PausableRoute[],
): readonly string[] {
	const known = new Map(routes.map((route) => [route.name, route]));
	return [...new Set(names)].flatMap((name) => {
		const route = known.get(name);
		if (route === undefined) return describeUnknown(name, known.keys());
		return route.mode === "reply"
			? `The route ${quote(name)} cannot be paused, because its callers wait for the answer. Only accept routes can be paused.`
			: [];
	});
}

/** Returns a sentence for each name that cannot be resumed: it is neither a route nor paused. */
export function refuseResume(
	names: readonly string[],
	known: ReadonlySet<string>,
): readonly string[] {
	return [...new Set(names)]
		.filter((name) => !known.has(name))
		.map((name) => describeUnknown(name, known));
}

// --- helpers ---

function describeUnknown(name: string, names: Iterable<string>): string {
	const hint = didYouMean(name, names)?.replace(/^d/, "D");
	const what = `There is no route ${quote(name)}.`;
	return hint === undefined ? what : `${what} ${hint}`;
}

/** Escapes control characters too. */
function quote(name: string): string {
	return JSON.stringify(name);
}
