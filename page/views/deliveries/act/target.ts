import { count } from "../../../parts/text.ts";
import type { Filter } from "../filters.ts";

/** The deliveries that an action is about. */
export type Target =
	| { readonly ids: readonly string[] }
	| { readonly filter: Filter };

/** Names a target for people. The number of a filter's deliveries may be known. */
export function nameOf(target: Target, known?: number): string {
	const number = "ids" in target ? target.ids.length : known;
	return number === undefined
		? "everything that matches"
		: count(number, "delivery", "deliveries");
}

/** Makes the part of a body that chooses the deliveries of a target. */
export function choiceOf(target: Target): object {
	if ("ids" in target) return { ids: target.ids };
	const { after: _, max: __, reveal: ___, ...filter } = target.filter;
	return { filter };
}

/** Fixes a filter to the deliveries that are there now, so that what comes while a person decides is not touched. */
export function fixed(target: Target): Target {
	if ("ids" in target || target.filter.until !== undefined) return target;
	const until = new Date().toISOString();
	return { filter: { ...target.filter, until } };
}
