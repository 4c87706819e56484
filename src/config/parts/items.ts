import type { Place } from "../../finding/site.ts";
import { type TextOrList, toList } from "./authored.ts";

/** A text of a list, and where it stands. */
export interface Item {
	readonly text: string;
	readonly at: Place;
}

/** The texts of a list; one text alone stands at the place itself. */
export function itemsOf(value: TextOrList, place: Place): Item[] {
	return toList(value).map((text, index) => ({
		text,
		at: typeof value === "string" ? place : place.in(index),
	}));
}
