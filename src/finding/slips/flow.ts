import { readQuoted } from "./quoted.ts";
import {
	endOfLine,
	isSlip,
	lineOfOffset,
	nextLine,
	quoteInstead,
	type Read,
	type Slip,
} from "./slip.ts";
import { plainSlip } from "./value.ts";

/**
 * Reads a list or mapping in brackets, over its lines, or the first slip in it.
 *
 * @param parent the indentation that its lines must exceed; -1 for none
 */
export function readFlow(text: string, from: number, parent: number): Read {
	const state: Flow = { text, parent, open: [], at: from };
	while (state.at < text.length) {
		const char = text[state.at] as string;
		if (char === "\n") {
			const slip = checkNextLine(state);
			if (slip !== undefined) return slip;
			state.at += 1;
		} else if (/\s/.test(char)) state.at += 1;
		else if (char === "#" && /\s/.test(text[state.at - 1] ?? " ")) {
			state.at = endOfLine(text, state.at);
		} else {
			const slip = step(state, char);
			if (slip !== undefined) return slip;
			if (state.open.length === 0) return { end: state.at };
		}
	}
	return neverClosed(state, trimmedEnd(text, text.length));
}

// --- helpers ---

interface Flow {
	readonly text: string;
	readonly parent: number;
	readonly open: Bracket[];
	at: number;
}

/** An open bracket, and what of its present entry was read. */
interface Bracket {
	readonly from: number;
	readonly isMap: boolean;
	/** Where the key, the value or the item that was read last begins. */
	last: number | undefined;
	hasColon: boolean;
	/** True behind a colon, until the value. */
	wantsValue: boolean;
}

const CLOSING: Readonly<Record<string, string>> = { "]": "[", "}": "{" };

function step(state: Flow, char: string): Slip | undefined {
	const { text, open, at } = state;
	const entry = open.at(-1);
	if (char === "[" || char === "{") {
		if (text.startsWith("{{", at)) return plainSlip(text, at, true);
		const slip = begin(state, entry);
		if (slip !== undefined) return slip;
		open.push({
			from: at,
			isMap: char === "{",
			...{ last: undefined, hasColon: false, wantsValue: false },
		});
		state.at += 1;
		return undefined;
	}
	if (char === "]" || char === "}") return close(state, char);
	if (entry === undefined) return undefined;
	if (char === ",") return comma(state, entry);
	if (char === ":" && isColon(text, at, entry)) return colon(state, entry);
	const slip = begin(state, entry);
	if (slip !== undefined) return slip;
	if (char === '"' || char === "'") {
		const { parent } = state;
		const read = readQuoted(text, at, { parent, depth: open.length });
		if (isSlip(read)) return read;
		state.at = read.end;
		return undefined;
	}
	return readPlain(state);
}

/** A colon counts before a blank or a bracket, and right behind a quoted key. */
function isColon(text: string, at: number, { last }: Bracket): boolean {
	const isBehindQuote = last !== undefined && /["']/.test(text[last] ?? "");
	return isBehindQuote || /^:(?:[\s,[\]{}]|$)/.test(text.slice(at, at + 2));
}

/** Notes the beginning of a key, a value or an item; one where a comma is due is a slip. */
function begin(
	{ text, at }: Flow,
	entry: Bracket | undefined,
): Slip | undefined {
	if (entry === undefined) return undefined;
	if (entry.last !== undefined && !entry.wantsValue) {
		const end = trimmedEnd(text, at);
		return {
			from: at,
			to: at + 1,
			what: "a comma is missing before this",
			todo: "put a comma between two entries, or quotes around a text",
			repair: [{ from: end, to: end, text: "," }],
		};
	}
	entry.last = at;
	entry.wantsValue = false;
	return undefined;
}

function comma(state: Flow, entry: Bracket): Slip | undefined {
	const { at } = state;
	if (entry.last === undefined && !entry.hasColon) {
		return {
			from: at,
			to: at + 1,
			what: "there is nothing before this comma",
			todo: "take the comma out",
			repair: [{ from: at, to: at + 1, text: " " }],
		};
	}
	entry.last = undefined;
	entry.hasColon = false;
	entry.wantsValue = false;
	state.at += 1;
	return undefined;
}

function colon(state: Flow, entry: Bracket): Slip | undefined {
	const { text, at } = state;
	if (entry.hasColon) {
		const from = entry.last ?? at;
		const to = endOfFlowText(text, at);
		// `a: b c: d` lacks a comma, or quotes.
		const gap = text.slice(from, at).search(/\s+\S*$/);
		const isTwo = gap > 0;
		return {
			from,
			to,
			what: "this value holds a `: `, which begins another key",
			todo: isTwo
				? "put a comma before the key, or quotes around the text"
				: "put the text in quotes",
			repair: isTwo
				? [{ from: from + gap, to: from + gap, text: "," }]
				: quoteInstead(from, to),
		};
	}
	entry.hasColon = true;
	entry.wantsValue = true;
	state.at += 1;
	return undefined;
}

function close(state: Flow, char: string): Slip | undefined {
	const { text, open, at } = state;
	const entry = open.at(-1);
	if (entry !== undefined && text[entry.from] !== CLOSING[char]) {
		const end = trimmedEnd(text, at);
		// `[ } ]`: the bracket inside was never opened; `[ }` alone: the one outside was never closed.
		const isAlien = open.every(({ from }) => text[from] !== CLOSING[char]);
		if (isAlien) {
			return {
				from: at,
				to: at + 1,
				what: `this \`${char}\` closes nothing`,
				todo: `take it out, or open it with \`${CLOSING[char]}\``,
				repair: [{ from: at, to: at + 1, text: " " }],
			};
		}
		return neverClosed(state, end);
	}
	open.pop();
	state.at += 1;
	return undefined;
}

function readPlain(state: Flow): Slip | undefined {
	const { text, at } = state;
	const slip = plainSlip(text, at, true);
	if (slip !== undefined) return slip;
	state.at = endOfPlain(text, at);
	// A plain text goes on in the next line where that begins with no mark.
	for (;;) {
		const next = nextLine(text, state.at);
		if (next === undefined || state.at !== trimmedEnd(text, next.from)) break;
		const from = next.from + next.indent;
		const isMore =
			next.from > state.at &&
			next.indent > state.parent &&
			!/^[,\]}[{"'#:]/.test(text.slice(from)) &&
			!/^[^,\]}\n]*:\s/.test(text.slice(from, endOfLine(text, from)));
		if (!isMore) break;
		state.at = endOfPlain(text, from);
	}
	return undefined;
}

/** Finds the end of a plain text on its line: a comma, a bracket, `: ` or ` #`. */
function endOfPlain(text: string, from: number): number {
	const line = text.slice(from, endOfLine(text, from));
	const length = /^(?:(?!:(?:[\s,[\]{}]|$)|\s#|[,[\]{}]).)+/
		.exec(line)?.[0]
		.trimEnd().length;
	return from + Math.max(length ?? 1, 1);
}

/** Finds the end of a text that was meant to be one: before a comma or a closing bracket. */
function endOfFlowText(text: string, from: number): number {
	const line = text.slice(from, endOfLine(text, from));
	const length = /^[^,\]}[{]*/.exec(line)?.[0].trimEnd().length ?? 1;
	return from + Math.max(length, 1);
}

/** Lines of a list or mapping in brackets are deeper than its key, but for the closing bracket. */
function checkNextLine(state: Flow): Slip | undefined {
	const { text, at, parent } = state;
	const next = nextLine(text, at + 1);
	if (next === undefined || next.indent > parent) return undefined;
	const first = text[next.from + next.indent] as string;
	if (/[\]}#]/.test(first)) return undefined;
	return neverClosed(state, trimmedEnd(text, next.from));
}

function neverClosed({ text, open }: Flow, end: number): Slip {
	const { from } = open.at(-1) as Bracket;
	const bracket = text[from] as string;
	const closing = bracket === "[" ? "]" : "}";
	return {
		from,
		to: from + 1,
		what: `the \`${bracket}\` that opens here is never closed`,
		todo: `close it with \`${closing}\`, in line ${lineOfOffset(text, end)} at the latest`,
		repair: [{ from: end, to: end, text: closing }],
	};
}

/** The end of what stands before an offset, without blanks and line breaks. */
function trimmedEnd(text: string, offset: number): number {
	let end = offset;
	while (end > 0 && /\s/.test(text[end - 1] as string)) end -= 1;
	return end;
}
