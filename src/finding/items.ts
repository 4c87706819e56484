import type { Site } from "./site.ts";

/** A text of a list and its position. */
export interface Item {
	readonly text: string;
	readonly at: Site;
}

/** Lists texts with their positions. A single text has the position itself. */
export function itemsOf(value: string | readonly string[], site: Site): Item[] {
	if (typeof value === "string") return [{ text: value, at: site }];
	return value.map((text, index) => ({ text, at: site.in(index) }));
}
