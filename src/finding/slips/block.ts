import { readFlow } from "./flow.ts";
import { indentSlip, type Level } from "./indent.ts";
import { readQuoted } from "./quoted.ts";
import {
	endOfLine,
	isSlip,
	KEY_LINE,
	lineOfOffset,
	nextLine,
	type Slip,
} from "./slip.ts";
import { plainSlip } from "./value.ts";

/**
 * Finds the first slip in a text that the parser refuses. It reads keys, items, quotes and brackets line by line, like a
 * person. Undefined if it finds none.
 */
export function findSlip(text: string): Slip | undefined {
	const headless = braceSlip(text);
	if (headless !== undefined) return headless;
	const state: Block = {
		text,
		levels: [],
		at: text.startsWith("\ufeff") ? 1 : 0,
		blockText: undefined,
	};
	for (;;) {
		const line = nextLine(text, state.at);
		if (line === undefined) return undefined;
		const slip = readLine(state, line.from, line.indent);
		if (slip !== undefined) return slip;
	}
}

// --- helpers ---

interface Block {
	readonly text: string;
	/** The lists and mappings that are open, outermost first. */
	readonly levels: Level[];
	/** Where the next line begins. */
	at: number;
	/** The indentation that lines of a text after `|` or `>` exceed; undefined outside of one. */
	blockText: number | undefined;
}

function readLine(
	state: Block,
	from: number,
	indent: number,
): Slip | undefined {
	const { text } = state;
	const end = endOfLine(text, from);
	const content = text.slice(from + indent, end);
	state.at = text.indexOf("\n", end) < 0 ? text.length : end + 1;
	if (text[end] === "\r") state.at = end + 2;
	if (state.blockText !== undefined) {
		if (indent > state.blockText) return undefined;
		state.blockText = undefined;
	}
	if (content.startsWith("#")) return undefined;
	const tab = tabSlip(text, from, indent);
	if (tab !== undefined) return tab;
	if (indent === 0 && /^(?:---|\.\.\.)(?:\s|$)/.test(content)) {
		return documentSlip(state, from, content);
	}
	return readContent(state, from, from + indent, indent);
}

/** Reads items and keys from an offset on, which is a column of its line; what follows a dash is a line of its own, deeper. */
function readContent(
	state: Block,
	lineFrom: number,
	at: number,
	column: number,
): Slip | undefined {
	const { text, levels } = state;
	const rest = text.slice(at, endOfLine(text, at));
	const dash = /^-(?:\s+|$)/.exec(rest)?.[0];
	if (dash !== undefined) {
		const slip = indentSlip(text, levels, { at, column, isItem: true });
		if (slip !== undefined) return slip;
		const level = levels.at(-1) as Level;
		const inner = rest.slice(dash.length);
		level.isOpen = true;
		level.isPlain = false;
		if (inner === "" || inner.startsWith("#")) return undefined;
		return readContent(state, lineFrom, at + dash.length, column + dash.length);
	}
	const key = KEY.exec(rest)?.[0];
	if (key === undefined) return readLoose(state, at, column);
	const slip =
		indentSlip(text, levels, { at, column, isItem: false }) ??
		dashSlip(at, rest);
	if (slip !== undefined) return slip;
	const level = levels.at(-1) as Level;
	level.isOpen = false;
	level.isPlain = false;
	return readValue(state, at + key.length, level);
}

/** A key with its colon and the blanks behind it. */
const KEY =
	/^(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|(?![#&*!|>'"%@`[\]{},]|-\s|\?\s)(?:\$\{[^}]*\}|(?!:(?:\s|$)|\s#).)+?)\s*:(?:[ \t]+|$)/;

/** Reads what stands behind a key, or where a value is due. */
function readValue(
	state: Block,
	from: number,
	level: Level | undefined,
): Slip | undefined {
	const { text } = state;
	let at = from;
	const end = endOfLine(text, at);
	// An anchor or a tag stands before the value.
	const property = /^(?:[&!][^\s,\]}&!]+(?:\s+|$))+/.exec(text.slice(at, end));
	at += property?.[0].length ?? 0;
	const rest = text.slice(at, end);
	if (level !== undefined) {
		level.isOpen = rest === "" || rest.startsWith("#");
		if (level.isOpen) return undefined;
	}
	const parent = level?.column ?? -1;
	if (/^[|>][-+\d]{0,2}\s*(?:$|\s#)/.test(rest)) {
		state.blockText = parent;
		return undefined;
	}
	const first = rest[0] ?? "";
	if (first === '"' || first === "'") {
		const read = readQuoted(text, at, { parent, depth: 0 });
		return isSlip(read) ? read : readBehind(state, read.end);
	}
	if ((first === "{" || first === "[") && !rest.startsWith("{{")) {
		const read = readFlow(text, at, parent);
		return isSlip(read) ? read : readBehind(state, read.end);
	}
	if (level !== undefined) level.isPlain = true;
	return plainSlip(text, at, false);
}

/** A value is followed by the end of its line or a comment. */
function readBehind(state: Block, end: number): Slip | undefined {
	const { text } = state;
	const lineEnd = endOfLine(text, end);
	const next = text.indexOf("\n", lineEnd);
	state.at = next < 0 ? text.length : next + 1;
	const rest = text.slice(end, lineEnd);
	if (/^\s*$|^\s+#/.test(rest)) return undefined;
	const from = end + rest.search(/\S/);
	const bracket = text[from] as string;
	const isBracket = /[\]}]/.test(bracket);
	return {
		from,
		to: isBracket ? from + 1 : lineEnd,
		what: isBracket
			? `this \`${bracket}\` closes nothing`
			: "something follows the value on its line",
		todo: isBracket
			? "take it out"
			: "take it out, or put all of the text in quotes",
		repair: [{ from, to: isBracket ? from + 1 : lineEnd, text: "" }],
	};
}

/** Reads a line that is neither a key nor an item: a value below its key, more of a text, or a slip. */
function readLoose(state: Block, at: number, column: number): Slip | undefined {
	const { text, levels } = state;
	const top = levels.at(-1);
	const deeper = top === undefined || column > top.column;
	const isText = !/^[[{"'|>]/.test(text.slice(at, at + 1));
	if (deeper && isText && isBesideKey(text, at, column)) {
		return looseSlip(text, at);
	}
	if (top === undefined || (deeper && top.isOpen)) {
		return readValue(state, at, top);
	}
	if (deeper && top.isPlain) return plainSlip(text, at, false);
	const slip = plainSlip(text, at, false);
	return slip?.what.includes("{{") ? slip : looseSlip(text, at);
}

/** Returns true if the next line is a key at the same depth, so that this line was meant to be one too. */
function isBesideKey(text: string, at: number, column: number): boolean {
	const next = nextLine(text, endOfLine(text, at) + 1);
	if (next === undefined || next.indent !== column) return false;
	return KEY_LINE.test(text.slice(next.from, endOfLine(text, next.from)));
}

function looseSlip(text: string, at: number): Slip {
	const end = endOfLine(text, at);
	const line = text.slice(at, end).trimEnd();
	const key = /^([\w.$-]+):\S/.exec(line)?.[1];
	if (key !== undefined) {
		const colon = at + key.length + 1;
		return {
			from: at,
			to: colon,
			what: `there is no space after the colon of \`${key}\``,
			todo: `write \`${key}: \` and the value`,
			repair: [{ from: colon, to: colon, text: " " }],
		};
	}
	const name = /^([\w.$-]+)\s*=/.exec(line)?.[1];
	return {
		from: at,
		to: at + line.length,
		what: "this line is neither a key with its value nor an item of a list",
		todo:
			name === undefined
				? "write `key: value`, or `- ` before an item"
				: `write \`${name}: \` and the value`,
		repair: [{ from: at, to: end, text: `#${"x".repeat(line.length - 1)}` }],
	};
}

/** `-name: sms` is a key with a dash. */
function dashSlip(at: number, rest: string): Slip | undefined {
	if (!/^-[a-z]/i.test(rest)) return undefined;
	return {
		from: at,
		to: at + 1,
		what: "there is no space after the `-`",
		todo: "write `- ` before an item of a list",
		repair: undefined,
	};
}

/** JSON without its first bracket looks like YAML until its end. */
function braceSlip(text: string): Slip | undefined {
	const from = text.search(/\S/);
	const isHeadless =
		/^"(?:\\.|[^"\\\n])*"\s*:/.test(text.slice(from)) && /\}\s*$/.test(text);
	if (!isHeadless) return undefined;
	return {
		from,
		to: from + 1,
		what: "the `{` before this is missing",
		todo: "write `{` at the beginning of the file",
		repair: [{ from, to: from, text: "{" }],
	};
}

/** All lines that are indented with tabs are one slip. */
function tabSlip(text: string, from: number, indent: number): Slip | undefined {
	const blanks = text.slice(from, from + indent);
	const tab = blanks.indexOf("\t");
	if (tab < 0) return undefined;
	const width = tabWidth(text, from, blanks);
	const repair = [...text.slice(from).matchAll(/^[ \t]*\t[ \t]*/gm)].map(
		({ 0: found, index }) => ({
			from: from + index,
			to: from + index + found.length,
			text: found.replaceAll("\t", width),
		}),
	);
	const more = repair.length > 1 ? ` (and ${repair.length - 1} more)` : "";
	return {
		from: from + tab,
		to: from + indent,
		what: `this line is indented with a tab${more}`,
		todo: "indent with spaces",
		repair,
	};
}

/**
 * Returns the number of blanks that a tab most likely represents, so that the lines fit those above them. Otherwise one slip
 * would be reported twice.
 */
function tabWidth(text: string, from: number, blanks: string): string {
	const above = text.slice(0, from).trimEnd();
	const line = above.slice(above.lastIndexOf("\n") + 1);
	const column = /^ *(?:- +)*/.exec(line)?.[0].length ?? 0;
	const tabs = blanks.split("\t").length - 1;
	return " ".repeat(column > 0 && column % tabs === 0 ? column / tabs : 2);
}

function documentSlip(
	state: Block,
	from: number,
	content: string,
): Slip | undefined {
	const { text, levels } = state;
	const isFirst = levels.length === 0;
	const behind = nextLine(text, state.at);
	if (isFirst || (content.startsWith("...") && behind === undefined)) {
		return undefined;
	}
	return {
		from,
		to: from + 3,
		what: `a second document begins in line ${lineOfOffset(text, from)}, and only one can be read`,
		todo: "take the line out, or put the rest in a file of its own",
		// The rest is another document with its own slips.
		repair: [{ from, to: text.length, text: "" }],
	};
}
