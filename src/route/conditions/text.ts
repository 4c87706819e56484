import { itemsOf } from "../../finding/items.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { joinWords } from "../../finding/suggest.ts";
import type { Condition } from "./condition.ts";
import { createLookup } from "./lookup.ts";

/** A condition in its short form: a string, a list of strings, or `true` and `false` as strings. */
export type ShortForm = string | boolean | readonly string[];

/**
 * Reads a condition in its short form: equal to a string or to one of a list, where `44*` is a prefix. Returns undefined,
 * with findings, if a star is not at the end.
 */
export function readTexts(
	written: ShortForm,
	site: Site,
	report: Report,
): Condition | undefined {
	const texts = typeof written === "boolean" ? String(written) : written;
	const values = new Set<string>();
	const prefixes = new Set<string>();
	let isRight = true;
	for (const { text, at } of itemsOf(texts, site)) {
		const star = text.indexOf("*");
		if (star === -1) values.add(text);
		else if (star === text.length - 1 && star > 0)
			prefixes.add(text.slice(0, -1));
		else {
			isRight = false;
			reportStar(text, at, report);
		}
	}
	if (!isRight) return undefined;
	const isOnce = values.size + prefixes.size === texts.length;
	const once = typeof texts === "string" || isOnce ? texts : unique(texts);
	return createLookup(
		{ values, prefixes: [...prefixes] },
		{ written: once, describe: () => describeTexts(once) },
	);
}

/** Writes strings as a phrase: the first few, and the number of the others. */
export function describeTexts(texts: string | readonly string[]): string {
	const all = typeof texts === "string" ? [texts] : texts;
	const shown = all.slice(0, SHOWN).map((text) => JSON.stringify(text));
	const more = all.length - shown.length;
	return more === 0
		? joinWords(shown)
		: `${shown.join(", ")} or one of ${more} more`;
}

// --- helpers ---

const SHOWN = 3;

function unique(texts: readonly string[]): readonly string[] {
	return [...new Set(texts)];
}

function reportStar(text: string, at: Site, report: Report): void {
	const isAlone = text === "*";
	report.error(at.at(), {
		what: isAlone
			? '`"*"` alone says neither a star nor any text'
			: `the star in ${at.show(text)} is not at the end`,
		expected: 'a prefix such as `"44*"`',
		todo: at.isSecret()
			? undefined
			: `write \`{ is: ${JSON.stringify(text)} }\` for the text with the star itself, or ${isAlone ? "`{ exists: true }` for any text" : "a `pattern`"}`,
	});
}
