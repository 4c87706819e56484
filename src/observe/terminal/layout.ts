import { formatTime } from "./amounts.ts";
import type { Paint, Tone } from "./paint.ts";

/** A part of a line that is never broken. */
export interface Cell {
	readonly text: string;
	readonly tone?: Tone | undefined;
	/** The minimum width in columns, if another cell follows on the same line. */
	readonly width?: number;
	/** The alignment of the text. Default `start`. */
	readonly align?: "start" | "end";
	/** The spaces in front of it. Default 2. */
	readonly gap?: 1 | 2;
}

/** A line of the log for people: columns first, then cells, and notes below. */
export interface Row {
	readonly time: Date;
	/** The HTTP status. Undefined if there was no answer. */
	readonly status?: Cell | undefined;
	/** The outcome or the severity. */
	readonly word: Cell;
	readonly cells: readonly Cell[];
	/** The notes. Each starts on a new line. A note of a single cell, such as a frame of a stack, is never wrapped. */
	readonly notes: readonly (readonly Cell[])[];
}

/** The columns in front of the cells: time, status and word, with their gaps. */
export const HEAD_WIDTH = 26;

/** Returns the columns of a cell without the gap in front of it. */
export const GAP = 2;

/** Writes a row and wraps it between cells at the terminal's width. Each line has its newline. */
export function layOut(
	row: Row,
	{ paint, columns }: { readonly paint: Paint; readonly columns: number },
): string {
	const status = row.status ?? { text: "" };
	const head = [
		paint(formatTime(row.time), "dim"),
		paint(status.text.padEnd(3), status.tone),
		paint(row.word.text.padEnd(WORD_WIDTH), row.word.tone),
		" ",
	].join(" ");
	const indent = columns < NARROW ? NARROW_INDENT : HEAD_WIDTH;
	const lines = wrap(row.cells, {
		head,
		used: HEAD_WIDTH,
		indent,
		columns,
		paint,
	});
	for (const note of row.notes) {
		const below = { head: " ".repeat(indent), used: indent };
		lines.push(...wrap(note, { ...below, indent, columns, paint }));
	}
	return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

/** Splits a text into one cell for each word, so that it wraps like prose. */
export function words(text: string, tone?: Tone): Cell[] {
	return text
		.split(" ")
		.filter((word) => word !== "")
		.map((word, index) => ({ text: word, tone, gap: index === 0 ? 2 : 1 }));
}

/** The position of cells, and the text in front of them. */
export interface Wrapping {
	/** The text in front of the first cell, and its width in columns. */
	readonly head: string;
	readonly used: number;
	/** The indentation of wrapped lines, in columns. */
	readonly indent: number;
	readonly columns: number;
	readonly paint: Paint;
}

/** Places cells next to each other, and on a new line at the terminal's width. */
export function wrap(
	cells: readonly Cell[],
	{ head, used: first, indent, columns, paint }: Wrapping,
): string[] {
	const lines: string[] = [];
	let line = head;
	let used = first;
	let isEmpty = true;
	/** The padding of the previous cell, which is written if another cell follows. */
	let rest = 0;
	for (const { text, tone, width = 0, align, gap = GAP } of cells) {
		const length = lengthOf(text);
		const padding = Math.max(0, width - length);
		const ahead = align === "end" ? padding : 0;
		const between = isEmpty ? 0 : gap + rest;
		if (!isEmpty && used + between + ahead + length > columns) {
			lines.push(line);
			line = " ".repeat(indent) + paint(text, tone);
			used = indent + length;
		} else {
			line += " ".repeat(between + ahead) + paint(text, tone);
			used += between + ahead + length;
		}
		isEmpty = false;
		rest = padding - ahead;
	}
	lines.push(line);
	return lines;
}

// --- helpers ---

/** The width of the longest outcome, `quarantined`. */
const WORD_WIDTH = 11;

/** Below this width, wrapped lines are indented less. */
const NARROW = 64;
const NARROW_INDENT = 10;

function lengthOf(text: string): number {
	let length = 0;
	for (const _ of text) length += 1;
	return length;
}
