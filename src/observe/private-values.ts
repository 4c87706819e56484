import { isSearchedFor } from "./mask.ts";
import { markValue } from "./private-text.ts";

/** Marks words of a payload in texts. */
export type MarkValues = (text: string) => string;

/**
 * Creates the function that marks where a text repeats a payload: values of eight or more characters, long parts of them, and
 * names of fields that look like text. Ids stay, because people search a log for them. The payload is not read before the first
 * text.
 */
export function createMarkValues(payload: unknown): MarkValues {
	let inText: MarkValues | undefined;
	let inUrl: MarkValues | undefined;
	return (text) => {
		if (IN_URL.test(text)) {
			inUrl ??= createCover(collect(payload, true), markValue);
			return inUrl(text);
		}
		inText ??= createCover(collect(payload, false), markValue);
		return inText(text);
	};
}

/**
 * Creates the function that hides where a text repeats one of the values, or a long part of one. A text is cut to 4,096
 * characters, and one that would take too long to compare is hidden completely.
 */
export function createCover(
	values: readonly string[],
	cover: (part: string) => string,
): (text: string) => string {
	if (values.length === 0) return (text) => text;
	return (text) => {
		const isLong = text.length > TEXT_LENGTH;
		const kept = isLong ? text.slice(0, TEXT_LENGTH) : text;
		const isPrivate = compare(kept, values);
		const covered =
			isPrivate === undefined ? cover(kept) : join(kept, isPrivate, cover);
		return isLong ? `${covered}…` : covered;
	};
}

// --- helpers ---

const TEXT_LENGTH = 4096;
/** The minimum length of the values and parts that are searched, in characters. */
const PIECE = 8;
/**
 * The minimum length of parts from inside a longer value. Shorter parts may be words of the router. The start of a value is
 * recognised earlier, because parsers quote it.
 */
const SHORTEST_RUN = 12;
const DEEPEST = 200;
/** The maximum number of comparisons for a text. Hostile repetitions would need more. */
const STEPS_MAX = 400_000;

/** Matches a part with URL escapes. */
const IN_URL = /%[\dA-F]{2}|\w\+\w/i;

/** Matches the characters that JSON escapes. */
const ESCAPED = /["\\\p{Cc}\p{Cs}]/u;

/** Matches a lone surrogate, which a URL cannot contain. */
const LONE = /\p{Cs}/gu;

/** Matches a plain field name, which says nothing about a person. */
const NAME = /^[\w.$:@-]{1,64}$/;

/** Returns the values as they are and as JSON text, and in URL encoding if requested. */
function collect(payload: unknown, isForUrl: boolean): readonly string[] {
	const values = new Set<string>();
	const add = (text: string): void => {
		if (text.length < PIECE) return;
		values.add(text);
		if (ESCAPED.test(text)) values.add(JSON.stringify(text).slice(1, -1));
		if (!isForUrl) return;
		const encoded = encodeURIComponent(text.replace(LONE, "\ufffd"));
		values.add(encoded).add(encoded.replaceAll("%20", "+"));
	};
	const walk = (value: unknown, depth: number): void => {
		switch (typeof value) {
			case "string":
				add(value);
				break;
			case "number":
			case "bigint":
				add(String(value));
				break;
			case "object": {
				if (value === null || depth > DEEPEST) break;
				for (const [key, inner] of Object.entries(value)) {
					if (!NAME.test(key)) add(key);
					if (!isSearchedFor(key, inner)) walk(inner, depth + 1);
				}
			}
		}
	};
	walk(payload, 0);
	return [...values];
}

/**
 * Determines for each character of the text whether it is part of a value. Returns undefined if that would take too long. Looks
 * up a part of the text for every eighth character of a value, so that a match of fifteen characters is found at any position.
 */
function compare(
	text: string,
	values: readonly string[],
): Uint8Array | undefined {
	const isPrivate = new Uint8Array(text.length);
	const pieces = piecesOf(text);
	let steps = 0;
	for (const value of values) {
		if (value.length < PIECE) {
			for (let at = text.indexOf(value); at !== -1; ) {
				isPrivate.fill(1, at, at + value.length);
				at = text.indexOf(value, at + value.length);
			}
			continue;
		}
		for (let offset = 0; offset + PIECE <= value.length; offset += PIECE) {
			for (const at of pieces.get(value.slice(offset, offset + PIECE)) ?? []) {
				let [from, valueFrom] = [at, offset];
				while (
					from > 0 &&
					valueFrom > 0 &&
					text[from - 1] === value[valueFrom - 1]
				) {
					from -= 1;
					valueFrom -= 1;
				}
				let [to, valueTo] = [at + PIECE, offset + PIECE];
				while (
					to < text.length &&
					valueTo < value.length &&
					text[to] === value[valueTo]
				) {
					to += 1;
					valueTo += 1;
				}
				steps += to - from;
				if (steps > STEPS_MAX) return undefined;
				if (valueFrom === 0 || to - from >= SHORTEST_RUN)
					isPrivate.fill(1, from, to);
			}
		}
	}
	return isPrivate;
}

/** Maps each part of a text to its positions. */
function piecesOf(text: string): ReadonlyMap<string, readonly number[]> {
	const pieces = new Map<string, number[]>();
	for (let at = 0; at + PIECE <= text.length; at += 1) {
		const piece = text.slice(at, at + PIECE);
		const places = pieces.get(piece);
		if (places === undefined) pieces.set(piece, [at]);
		else places.push(at);
	}
	return pieces;
}

function join(
	text: string,
	isPrivate: Uint8Array,
	cover: (part: string) => string,
): string {
	let joined = "";
	for (let at = 0; at < text.length; ) {
		let to = at + 1;
		while (to < text.length && isPrivate[to] === isPrivate[at]) to += 1;
		const part = text.slice(at, to);
		joined += isPrivate[at] === 1 ? cover(part) : part;
		at = to;
	}
	return joined;
}
