import type { Place } from "./site.ts";

/** A text of a list, and where it stands. */
export interface Item {
	readonly text: string;
	readonly at: Place;
}

/** Lists texts with their places; one text alone stands at the place itself. */
export function itemsOf(
	value: string | readonly string[],
	place: Place,
): Item[] {
	if (typeof value === "string") return [{ text: value, at: place }];
	return value.map((text, index) => ({ text, at: place.in(index) }));
}
