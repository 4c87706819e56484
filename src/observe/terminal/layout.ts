import { formatTime } from "./amounts.ts";
import type { Paint, Tone } from "./paint.ts";

/** A piece of a line that is never broken. */
export interface Cell {
	readonly text: string;
	readonly tone?: Tone | undefined;
	/** The columns that it takes at least, where another cell follows on the same line. */
	readonly width?: number;
	/** Where the text stands in its width, default `start`. */
	readonly align?: "start" | "end";
	/** Spaces in front of it, default 2. */
	readonly gap?: 1 | 2;
}

/** A line of the log for people: columns first, then cells, and notes below. */
export interface Row {
	readonly time: Date;
	/** HTTP status; undefined where nothing was answered. */
	readonly status?: Cell | undefined;
	/** The outcome, or how grave it is. */
	readonly word: Cell;
	readonly cells: readonly Cell[];
	/** Each begins on a line of its own; one of a single cell, such as a frame of a stack, is never wrapped. */
	readonly notes: readonly (readonly Cell[])[];
}

/** Columns in front of the cells: time, status and word, with the gaps behind them. */
export const HEAD_WIDTH = 26;

/** Columns of a cell beside the gap in front of it. */
export const GAP = 2;

/** Writes a row, wrapped between cells where the terminal ends; each line has its newline. */
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

/** Splits a text into cells of a word each, so that it wraps as prose does. */
export function words(text: string, tone?: Tone): Cell[] {
	return text
		.split(" ")
		.filter((word) => word !== "")
		.map((word, index) => ({ text: word, tone, gap: index === 0 ? 2 : 1 }));
}

/** Where cells go, and what stands in front of them. */
export interface Wrapping {
	/** The text in front of the first cell, and the columns that it takes. */
	readonly head: string;
	readonly used: number;
	/** Columns in front of what is wrapped. */
	readonly indent: number;
	readonly columns: number;
	readonly paint: Paint;
}

/** Puts cells beside one another, and on a line of their own where the terminal ends. */
export function wrap(
	cells: readonly Cell[],
	{ head, used: first, indent, columns, paint }: Wrapping,
): string[] {
	const lines: string[] = [];
	let line = head;
	let used = first;
	let isEmpty = true;
	/** Spaces that the cell before still wants, where another follows it. */
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

/** Columns of the longest outcome, `quarantined`. */
const WORD_WIDTH = 11;

/** Below so many columns what wraps is indented less. */
const NARROW = 64;
const NARROW_INDENT = 10;

function lengthOf(text: string): number {
	let length = 0;
	for (const _ of text) length += 1;
	return length;
}
