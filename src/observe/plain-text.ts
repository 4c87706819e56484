/*
 * Text of somebody else that reaches a terminal. Control characters (C0, DEL, C1) move its cursor; formatting characters turn the
 * direction of what follows, or are not seen at all; half a surrogate pair, and separators of lines and paragraphs, are shown by
 * each terminal in a way of its own.
 */

/** Writes characters that a terminal would obey, or not show, as `\x1b` or `\u{202e}`. */
export function showHidden(text: string): string {
	return HIDDEN.test(text) ? text.replace(EACH_HIDDEN, toEscape) : text;
}

/** The same for text in lines: line breaks and tabs stay. */
export function showHiddenInLines(text: string): string {
	return HIDDEN.test(text)
		? text.replace(EACH_HIDDEN, (found) =>
				found === "\n" || found === "\t" ? found : toEscape(found),
			)
		: text;
}

/** The same for JSON as `JSON.stringify` writes it, which then stands for the same value. */
export function escapeHiddenInJson(json: string): string {
	return HIDDEN.test(json)
		? json.replace(EACH_HIDDEN, (found) =>
				// Outside of texts there are line breaks only.
				found === "\n" ? found : toUnits(found),
			)
		: json;
}

/** Puts a space in the place of each, for a cell of a table. */
export function blankHidden(text: string): string {
	return HIDDEN.test(text) ? text.replace(EACH_HIDDEN, " ") : text;
}

// --- helpers ---

// Beside the categories: letters that are blank (Hangul fillers, the Braille blank, Khmer inherent vowels), a joiner without a form.
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
