import { isSearchedFor } from "./mask.ts";
import { markValue } from "./private-text.ts";

/** Marks the words of a payload in texts. */
export type MarkValues = (text: string) => string;

/**
 * Makes the function that marks where a text repeats a payload: values of eight characters and more, long pieces of them, and
 * names of fields that are a text rather than a name. Ids stay, as one searches a log for them. Nothing is looked at before the
 * first text comes.
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
 * Makes the function that covers where a text repeats one of the values, or a long piece of one. At most 4096 characters are kept
 * of a text; one that would take too long to compare is covered whole.
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
/** Characters of the shortest value that is looked for, and of the pieces by which it is. */
const PIECE = 8;
/** Shorter pieces from within a longer value may be words that the router uses as well; its beginning is told by any parser. */
const SHORTEST_RUN = 12;
const DEEPEST = 200;
/** Comparisons in a text. Hostile repetitions would take more. */
const STEPS_MAX = 400_000;

/** Finds a part that is escaped as in a URL. */
const IN_URL = /%[\dA-F]{2}|\w\+\w/i;

/** Finds the characters that JSON escapes. */
const ESCAPED = /["\\\p{Cc}\p{Cs}]/u;

/** Half of a surrogate pair, which no URL can hold. */
const LONE = /\p{Cs}/gu;

/** A plain name of a field says nothing of a person. */
const NAME = /^[\w.$:@-]{1,64}$/;

/** The values as they are, and as they stand in a JSON text; as they stand in a URL too where that is wanted. */
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
 * Tells for each character of the text whether it is part of a value; undefined where that would take too long. A piece of the
 * text is looked up for each eighth character of a value, so that a run of fifteen is found wherever it begins.
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

/** Where each piece of a text begins. */
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
