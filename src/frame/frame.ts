import type { Position } from "../finding/finding.ts";
import { showHidden } from "../observe/plain-text.ts";
import { charactersOf, columnsOf } from "./columns.ts";
import type { Span } from "./mask-secrets.ts";
import { endOfToken } from "./token.ts";

/** One line of a frame. */
export interface FrameLine {
	/** Undefined for the line with the carets, and for omitted lines. */
	readonly number: number | undefined;
	readonly text: string;
	readonly sort: "source" | "carets" | "gap";
}

/** A text and its hidden parts. */
export interface FrameSource {
	readonly text: string;
	readonly secrets: readonly Span[];
}

/**
 * Draws the lines of a finding, with carets under the relevant part. For a part of several lines it draws the first and the
 * last. Tabs are expanded, wide characters count twice, long lines are cut to the width, and secrets are hidden. Empty if the
 * file has no such line.
 *
 * @param width the columns for the text, without the margin
 */
export function drawFrame(
	{ text, secrets }: FrameSource,
	at: Position,
	width: number,
): readonly FrameLine[] {
	const start = lineAt(text, at.line);
	if (start === undefined) return [];
	const from = Math.min(start.from + at.column - 1, start.to);
	const last = at.end === undefined ? undefined : lineAt(text, at.end.line);
	const to =
		at.end === undefined || last === undefined
			? endOfToken(text, from)
			: Math.min(last.from + at.end.column - 1, last.to);
	const draw = (line: Line, part: Span): FrameLine[] =>
		drawLine(toCells(text, line, secrets), line.number, part, width);
	if (last === undefined || last.number <= start.number) {
		return draw(start, { from, to: Math.min(Math.max(to, from), start.to) });
	}
	const indent = /^\s*/.exec(text.slice(last.from, last.to))?.[0].length ?? 0;
	const gap: FrameLine = { number: undefined, text: "", sort: "gap" };
	return [
		...draw(start, { from, to: start.to }),
		...(last.number > start.number + 1 ? [gap] : []),
		...draw(last, { from: last.from + indent, to }),
	];
}

// --- helpers ---

interface Line extends Span {
	readonly number: number;
}

/** A drawn character, and its position in the text. */
interface Cell {
	readonly at: number;
	readonly to: number;
	readonly drawn: string;
	readonly columns: number;
}

const TAB_COLUMNS = 4;

/** The replacement of every secret, independent of its length. */
const MASK = "********";

function lineAt(text: string, number: number): Line | undefined {
	let from = 0;
	for (let count = 1; count < number; count += 1) {
		const end = text.indexOf("\n", from);
		if (end < 0) return undefined;
		from = end + 1;
	}
	const end = text.indexOf("\n", from);
	let to = end < 0 ? text.length : end;
	if (to > from && text[to - 1] === "\r") to -= 1;
	return { number, from, to };
}

function toCells(
	text: string,
	{ from, to }: Line,
	secrets: readonly Span[],
): readonly Cell[] {
	const cells: Cell[] = [];
	let at = from;
	let column = 0;
	const add = (drawn: string, columns: number, length: number): void => {
		cells.push({ at, to: at + length, drawn, columns });
		column += columns;
		at += length;
	};
	const inside = secrets.filter((span) => span.from < to && span.to > from);
	const addPlain = (end: number): void => {
		for (const character of charactersOf(text.slice(at, end))) {
			if (character === "\t") {
				const columns = TAB_COLUMNS - (column % TAB_COLUMNS);
				add(" ".repeat(columns), columns, 1);
				continue;
			}
			const drawn = drawCharacter(character);
			const columns = drawn === character ? columnsOf(character) : drawn.length;
			add(drawn, columns, character.length);
		}
	};
	for (const secret of inside) {
		if (secret.to <= at) continue;
		addPlain(Math.max(at, secret.from));
		add(MASK, MASK.length, Math.min(secret.to, to) - at);
	}
	addPlain(to);
	return cells;
}

/** An emoji of several characters contains joiners, which would be hidden alone. */
function drawCharacter(character: string): string {
	const isJoined = /^\p{Emoji}[\p{Emoji}\p{M}\p{Cf}]+$/u.test(character);
	return isJoined ? character : showHidden(character);
}

function drawLine(
	cells: readonly Cell[],
	number: number,
	part: Span,
	width: number,
): FrameLine[] {
	const isMarked = (index: number): boolean => {
		const cell = cells[index];
		if (cell === undefined) return false;
		// A hidden secret is marked as a whole, wherever the part begins in it.
		return cell.at < Math.max(part.to, part.from + 1) && cell.to > part.from;
	};
	const first = cells.findIndex((_cell, index) => isMarked(index));
	const { from, to } = windowOf(cells, first, width);
	let source = from > 0 ? ELLIPSIS : "";
	let carets = from > 0 ? " " : "";
	for (let index = from; index < to; index += 1) {
		const { drawn, columns } = cells[index] as Cell;
		source += drawn;
		carets += (isMarked(index) ? "^" : " ").repeat(columns);
	}
	if (to < cells.length) source += ELLIPSIS;
	// A missing part at the end of a line is marked after it.
	if (first < 0) carets += "^";
	return [
		{ number, text: source.trimEnd(), sort: "source" },
		{ number: undefined, text: carets.trimEnd(), sort: "carets" },
	];
}

const ELLIPSIS = "…";

/** Chooses the cells that fit: all of them, or those around the first marked one. */
function windowOf(cells: readonly Cell[], marked: number, width: number): Span {
	const total = cells.reduce((sum, { columns }) => sum + columns, 0);
	if (total <= width) return { from: 0, to: cells.length };
	const focus = marked < 0 ? cells.length : marked;
	let from = focus;
	let before = 0;
	const lead = Math.floor(width / 3);
	while (from > 0) {
		const columns = cells[from - 1]?.columns ?? 0;
		if (before + columns > (focus === cells.length ? width - 3 : lead)) break;
		from -= 1;
		before += columns;
	}
	let to = from;
	let used = 2;
	while (to < cells.length) {
		const columns = cells[to]?.columns ?? 0;
		if (used + columns > width) break;
		used += columns;
		to += 1;
	}
	return { from, to };
}
