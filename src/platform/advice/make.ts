import { hasParameters, type PlannedRoute } from "../plan/routes.ts";
import { ACTIONS } from "./actions.ts";
import type { Advice } from "./advice.ts";
import { REQUESTS } from "./requests.ts";

/** Lists what to put into requests, or into NCCOs, for the routes of that level. */
export function adviseFor(
	level: "request" | "ncco",
	routes: readonly PlannedRoute[],
): Advice[] {
	const own = routes.filter((route) => route.level === level);
	const table = level === "request" ? REQUESTS : ACTIONS;
	const hasAnswer = own.some(({ kind }) => kind.name === "voice.answer");
	return own.flatMap((route): Advice[] => {
		// One call has both URLs.
		const isTold = level === "request" && route.kind.name === "voice.event";
		if (isTold && hasAnswer) return [];
		const advise = table[route.kind.name];
		const advice = advise?.(route, own) ?? plainOf(route);
		if (!hasParameters(route)) return [advice];
		return [
			{
				...advice,
				notes: [
					...advice.notes,
					"Put a value in the place of each `:name` of the URL.",
				],
			},
		];
	});
}

// --- helpers ---

/** For a call that is withdrawn or has no example. */
function plainOf({ kind, level, url, reason, name }: PlannedRoute): Advice {
	return {
		title: kind.settings[level]?.rest ?? `${kind.name}, route ${name}`,
		because: [reason],
		notes: [`The URL is ${url}.`],
	};
}
