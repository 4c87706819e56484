/*
 * Makes text from outside safe for a terminal. Control characters (C0, DEL, C1) move its cursor. Formatting characters reverse
 * the direction of text or are invisible. Each terminal shows lone surrogates and separators of lines and paragraphs in its own
 * way.
 */

/** Escapes characters that a terminal would interpret or not show, as `\x1b` or `\u{202e}`. */
export function showHidden(text: string): string {
	return HIDDEN.test(text) ? text.replace(EACH_HIDDEN, toEscape) : text;
}

/** Does the same for text in lines, and keeps line breaks and tabs. */
export function showHiddenInLines(text: string): string {
	return HIDDEN.test(text)
		? text.replace(EACH_HIDDEN, (found) =>
				found === "\n" || found === "\t" ? found : toEscape(found),
			)
		: text;
}

/** Does the same for the output of `JSON.stringify`, which then still represents the same value. */
export function escapeHiddenInJson(json: string): string {
	return HIDDEN.test(json)
		? json.replace(EACH_HIDDEN, (found) =>
				// Outside of strings JSON has only line breaks.
				found === "\n" ? found : toUnits(found),
			)
		: json;
}

/** Replaces each such character by a space, for a cell of a table. */
export function blankHidden(text: string): string {
	return HIDDEN.test(text) ? text.replace(EACH_HIDDEN, " ") : text;
}

// --- helpers ---

// In addition to the categories: blank letters (Hangul fillers, the Braille blank, Khmer inherent vowels) and an invisible
// joiner.
const HIDDEN =
	/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]|\u034f/u;
const EACH_HIDDEN = new RegExp(HIDDEN.source, "gu");

function toEscape(found: string): string {
	const code = found.codePointAt(0) ?? 0;
	const digits = code.toString(16);
	return code <= 0xff ? `\\x${digits.padStart(2, "0")}` : `\\u{${digits}}`;
}

function toUnits(found: string): string {
	return found
		.split("")
		.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
		.join("");
}
