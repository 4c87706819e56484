import { hideAll } from "./hide-all.ts";

/*
 * Words of other people in a text of the router, such as the reason of a failure: values of the payload that a plugin put
 * into its message, and what an upstream said. They stand between marks, so that the one text that the inbox keeps can be
 * shown without them, and whole to an operator who asks for it.
 */

/** Marks words of the payload: hidden, their length is told. */
export function markValue(words: string): string {
	return `${VALUE}${words}${END}`;
}

/** Remembers the part of an error's message that somebody else said, such as an upstream: hidden, nothing is left of it. */
export function withAside<E extends Error>(error: E, words: string): E {
	if (words !== "") ASIDES.set(error, words);
	return error;
}

/** Marks what others said in a text made of an error's message; `markValues` marks the values of the payload in the rest. */
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

/** The text without the words of others. One whose marks are damaged ends at the first. */
export function hidePrivate(text: string): string {
	if (!ANY_MARK.test(text)) return text;
	return text.replace(MARKED, (_, mark: string, words: string) =>
		mark === ASIDE ? "" : hideAll(words),
	);
}

/** The text with the words of others, without the marks. */
export function revealPrivate(text: string): string {
	return ANY_MARK.test(text) ? text.replace(MARKS, "") : text;
}

// --- helpers ---

// Control characters that no reason has, and that every engine can keep.
const ASIDE = "\u0001";
const VALUE = "\u0002";
const END = "\u0003";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the marks
const ANY_MARK = /[\u0001-\u0003]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the marks
const MARKS = /[\u0001-\u0003]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the marks
const MARKED = /([\u0001\u0002])([^\u0003]*)(?:\u0003|$)/g;

/** Keeps the asides by error, not as a property: code that prints the error's properties must not print this. */
const ASIDES = new WeakMap<Error, string>();
