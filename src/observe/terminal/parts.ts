import { ERRORS, type ErrorCode } from "../../errors.ts";
import { shortId as shortenId } from "../../event/id.ts";
import { cutText } from "../plain-value.ts";
import { formatMs } from "./amounts.ts";
import { type Cell, words } from "./layout.ts";
import type { Tone } from "./paint.ts";

/** A parsed line of the log with cleaned texts. */
export type Fields = Readonly<Record<string, unknown>>;

/** Shortens an event's id to its first part: the time and twelve random bits. Commands accept this part. */
export function shortId(id: unknown): string {
	return shortenId(String(id));
}

/** Returns a cell with an event's id. Undefined if there is none. */
export function idCell(id: unknown): Cell | undefined {
	return id === undefined ? undefined : { text: shortId(id), tone: "dim" };
}

/** Columns of a short id. */
export const SHORT_ID = 18;

/** Returns a cell for each existing value. */
export function cellsOf(values: readonly (Cell | undefined)[]): Cell[] {
	return values.flatMap((each) =>
		each === undefined || each.text === "" ? [] : [each],
	);
}

/** Returns a cell with a value. Undefined if there is none. */
export function cell(value: unknown, tone?: Tone): Cell | undefined {
	return value === undefined || value === null
		? undefined
		: { text: toText(value), tone };
}

/** The columns of milliseconds. */
export function msCell(ms: unknown): Cell {
	const text = typeof ms === "number" ? formatMs(ms) : "";
	return { text, width: MS_WIDTH, align: "end", tone: "dim" };
}

/** The columns of milliseconds, up to which they are aligned. */
export const MS_WIDTH = 6;

/**
 * Writes a reason as prose, with its code in bold, and then the advice: the hint for this request if there is one, otherwise
 * the advice of the code.
 */
export function reasonNotes(
	reason: unknown,
	{ hint, isAdvised }: { readonly hint?: unknown; readonly isAdvised: boolean },
): Cell[][] {
	const { code, text } = splitReason(reason);
	if (code === undefined && text === "") return [];
	const sentence = [
		...cellsOf([cell(code, "strong")]),
		...words(cutText(text, PROSE_LENGTH)),
	];
	if (typeof hint === "string") {
		const [first, ...rest] = words(hint, "name");
		return [
			[...sentence, ...(first ? [{ ...first, gap: 1 as const }] : []), ...rest],
		];
	}
	const help = isAdvised && code !== undefined ? helpOf(code) : undefined;
	return help === undefined ? [sentence] : [sentence, words(help, "dim")];
}

/**
 * Writes a stack below a line: the user's own frames normally, frames of packages dimmed. Omits its head if the reason already
 * contains it.
 */
export function stackNotes(stack: unknown, reason: unknown): Cell[][] {
	if (typeof stack !== "string" || stack === "") return [];
	const [head = "", ...frames] = stack.split("\n");
	const message = head.replace(/^[\w$.]+(?: \[\w+\])?: /, "");
	const isSaid = typeof reason === "string" && reason.includes(message);
	const first = head.startsWith("    at ") || !isSaid ? [head] : [];
	return [...first, ...frames].map((text) => [
		{
			text: text.replace(/^ {4}at /, "  at "),
			tone: FOREIGN.test(text) ? "dim" : undefined,
		},
	]);
}

/** Writes fields as `name=value`, at most 24 fields with at most `length` characters each. Default 200. */
export function fieldCells(fields: Fields, length = VALUE_LENGTH): Cell[] {
	const entries = Object.entries(fields).filter(
		([, value]) => value !== undefined,
	);
	const shown = entries.slice(0, FIELDS_SHOWN).flatMap(([name, value]) => {
		const label = `${cutText(name, NAME_LENGTH)}=`;
		// A long text may wrap. The name stays with its first word.
		const [first, ...rest] = words(
			`${label}${cutText(toValue(value), length)}`,
		);
		return first === undefined ? [] : [{ ...first, gap: 2 as const }, ...rest];
	});
	const more = entries.length - FIELDS_SHOWN;
	return more > 0
		? [...shown, { text: `and ${more} more`, tone: "dim" }]
		: shown;
}

// --- helpers ---

/** Returns true for a frame of a package, of Node or outside of the folder. */
const FOREIGN = /^ {4}at .*(?:node_modules\/|node:|\(?\.\.\/)/;

const PROSE_LENGTH = 2000;
const FIELDS_SHOWN = 24;
const NAME_LENGTH = 64;
const VALUE_LENGTH = 200;

function splitReason(reason: unknown): {
	readonly code: string | undefined;
	readonly text: string;
} {
	if (typeof reason !== "string") return { code: undefined, text: "" };
	const found = /^([A-Z]+(?:_[A-Z]+)*): (.*)$/s.exec(reason);
	if (found === null) return { code: undefined, text: reason };
	const [, code, text = ""] = found;
	return { code, text };
}

function helpOf(code: string): string | undefined {
	return Object.hasOwn(ERRORS, code)
		? ERRORS[code as ErrorCode].help.replaceAll("`", "")
		: undefined;
}

function toText(value: unknown): string {
	return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** Quotes a text that could be mistaken for another field or that is empty. */
function toValue(value: unknown): string {
	if (typeof value !== "string") return toText(value);
	// Control characters are already escaped. JSON would escape the backslashes again.
	return /^[^\s"'=[\]{}]+$/.test(value)
		? value
		: `"${value.replaceAll('"', '\\"')}"`;
}
