import type { CopyChoice, EventCopy } from "../../observe/event-copy.ts";

/** Returns true for an event of a choice. */
export type IsChosen = (event: Pick<EventCopy, "route" | "kind">) => boolean;

/** Compiles choices. The result returns true for an event that one of them names. */
export function compileChoices(choices: readonly CopyChoice[]): IsChosen {
	const compiled = choices.map(({ routes, kinds }) => ({
		routes: routes && new Set(routes),
		kinds: kinds && new Set(kinds),
	}));
	return ({ route, kind }) =>
		compiled.some(
			({ routes, kinds }) =>
				(routes?.has(route) ?? true) && (kinds?.has(kind) ?? true),
		);
}
