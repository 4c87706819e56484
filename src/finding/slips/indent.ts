import { endOfLine, lineOfOffset, type Slip, type Splice } from "./slip.ts";

/** A list or mapping in block style that is open. */
export interface Level {
	readonly isList: boolean;
	readonly column: number;
	/** Where its first item or key stands. */
	readonly first: number;
	/** Where its last item or key stands. */
	last: number;
	/** True where the value of its last key or item is still to come. */
	isOpen: boolean;
	/** True where that value is a text without quotes, which may go on in the next line. */
	isPlain: boolean;
}

/** A key or an item of a list, and its place. */
export interface Entry {
	readonly at: number;
	readonly column: number;
	readonly isItem: boolean;
}

/**
 * Finds the level that an entry belongs to, opens a new one where it begins one, and closes those that are deeper. An entry that
 * fits none is a slip, which names both widths.
 */
export function indentSlip(
	text: string,
	levels: Level[],
	entry: Entry,
): Slip | undefined {
	const { at, column, isItem } = entry;
	const before = [...levels];
	const begin = (): undefined => {
		const inner = { isOpen: false, isPlain: false };
		levels.push({ isList: isItem, column, first: at, last: at, ...inner });
	};
	let top = levels.at(-1);
	while (top !== undefined && top.column > column) {
		levels.pop();
		top = levels.at(-1);
	}
	if (top === undefined && before.length === 0) return begin();
	const isInnermost = levels.length === before.length;
	if (top !== undefined && top.column < column) {
		if (isInnermost && top.isOpen) {
			top.isOpen = false;
			return begin();
		}
		return wrongWidth(text, before, entry);
	}
	if (top === undefined) return wrongWidth(text, before, entry);
	if (top.isList === isItem) {
		top.last = at;
		return undefined;
	}
	// A list may stand as deep as its key.
	if (isItem && top.isOpen) {
		top.isOpen = false;
		return begin();
	}
	const outer = levels.at(-2);
	if (!isItem && outer?.isList === false && outer.column === column) {
		levels.pop();
		outer.last = at;
		return undefined;
	}
	return wrongWidth(text, before, entry);
}

// --- helpers ---

function wrongWidth(
	text: string,
	levels: readonly Level[],
	entry: Entry,
): Slip {
	const { at, column, isItem } = entry;
	const word = isItem ? "`-`" : `\`${keyAt(text, at)}\``;
	const to = at + (isItem ? 1 : keyAt(text, at).length);
	const meant = levels
		.filter(({ isList, column: own }) => isList === isItem && own !== column)
		.sort(
			(a, b) =>
				Math.abs(a.column - column) - Math.abs(b.column - column) ||
				b.column - a.column,
		)[0];
	if (meant === undefined) {
		return {
			from: at,
			to,
			what: isItem
				? "an item of a list stands among the keys of a mapping"
				: "a key stands among the items of a list",
			todo: isItem
				? "put `- ` before the first of them too, or take it out here"
				: "put `- ` before it, or indent it less",
			repair: undefined,
		};
	}
	const others = isItem ? "the other items" : "the keys beside it";
	const where = lineOfOffset(text, meant.last);
	return {
		from: at,
		to,
		what: `${word} is indented by ${spaces(column)}, ${others} by ${meant.column} (line ${where})`,
		todo: `indent it by ${spaces(meant.column)}`,
		repair: shift(text, entry, meant.column),
	};
}

/** Moves an entry, all that are as deep after it, and what is below each of them. */
function shift(text: string, entry: Entry, column: number): Splice[] {
	const splices: Splice[] = [];
	let isBelow = true;
	let from = lineStart(text, entry.at);
	for (;;) {
		const end = endOfLine(text, from);
		const line = text.slice(from, end);
		const indent = line.search(/\S/);
		if (indent >= 0) {
			const isFirst = splices.length === 0;
			if (!isFirst && indent < entry.column) break;
			const isItem = /^\s*-(?:\s|$)/.test(line);
			if (!isFirst && isItem && indent === column) break;
			if (indent === entry.column || isFirst) {
				if (isItem !== entry.isItem) break;
				isBelow = isItem || /:\s*(?:[|>][-+\d]*\s*)?(?:#.*)?$/.test(line);
			} else if (!isBelow) break;
			const width = Math.max(indent + column - entry.column, 0);
			splices.push({
				from,
				to: from + indent,
				text: " ".repeat(width),
			});
		}
		const next = text.indexOf("\n", end);
		if (next < 0) break;
		from = next + 1;
	}
	return splices;
}

function keyAt(text: string, at: number): string {
	const line = text.slice(at, endOfLine(text, at));
	return /^(?:"[^"]*"|'[^']*'|[^:]+?)(?=\s*:)/.exec(line)?.[0] ?? line;
}

function lineStart(text: string, at: number): number {
	return text.lastIndexOf("\n", at - 1) + 1;
}

function spaces(count: number): string {
	return `${count} ${count === 1 ? "space" : "spaces"}`;
}
