import { hideAll } from "./hide-all.ts";

/*
 * Marks private text inside a text of the router, such as the reason of a failure: values of the payload that a plugin put into
 * its message, and text from an upstream. Because of the marks, the single text that the inbox stores can be shown without the
 * private parts, or completely to an operator who asks for it.
 */

/** Marks words of the payload. When hidden, they are replaced by their length. */
export function markValue(words: string): string {
	return `${VALUE}${words}${END}`;
}

/** Remembers the part of an error's message that comes from another party, such as an upstream. When hidden, it is removed. */
export function withAside<E extends Error>(error: E, words: string): E {
	if (words !== "") ASIDES.set(error, words);
	return error;
}

/** Marks private text in a text made from an error's message. `markValues` marks the values of the payload in the rest. */
export function markWords(
	text: string,
	error: unknown,
	markValues: (text: string) => string,
): string {
	const plain = text.replace(MARKS, " ");
	const words = error instanceof Error ? ASIDES.get(error) : undefined;
	if (words === undefined) return markValues(plain);
	return plain.split(words).map(markValues).join(`${ASIDE}${words}${END}`);
}

/** Returns the text without its private parts. A text with damaged marks ends at the first one. */
export function hidePrivate(text: string): string {
	if (!ANY_MARK.test(text)) return text;
	return text.replace(MARKED, (_, mark: string, words: string) =>
		mark === ASIDE ? "" : hideAll(words),
	);
}

/** Returns the text with its private parts and without the marks. */
export function revealPrivate(text: string): string {
	return ANY_MARK.test(text) ? text.replace(MARKS, "") : text;
}

// --- helpers ---

// Control characters that no reason contains and every engine can store.
const ASIDE = "\u0001";
const VALUE = "\u0002";
const END = "\u0003";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the marks
const ANY_MARK = /[\u0001-\u0003]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the marks
const MARKS = /[\u0001-\u0003]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the marks
const MARKED = /([\u0001\u0002])([^\u0003]*)(?:\u0003|$)/g;

/** Maps errors to their private parts. A property would be printed by code that prints the error's properties. */
const ASIDES = new WeakMap<Error, string>();
