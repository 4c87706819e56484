/** A change of a text: what stands from one offset to another becomes something else. */
export interface Splice {
	readonly from: number;
	readonly to: number;
	readonly text: string;
}

/** A typing mistake in YAML, and its repair. Its text MUST NOT contain a value, which may be a secret. */
export interface Slip {
	readonly from: number;
	/** Exclusive. */
	readonly to: number;
	readonly what: string;
	readonly todo: string;
	/** Removes the slip, so that later ones can be found. Undefined if the repair is unclear. The number of lines stays the same. */
	readonly repair: readonly Splice[] | undefined;
}

/** The offset after a parsed part of a text, or the slip in it. */
export type Read = { readonly end: number } | Slip;

/** Returns true if a part of a text has a slip. */
export function isSlip(read: Read | undefined): read is Slip {
	return read !== undefined && "what" in read;
}

/** Applies changes, which do not overlap. */
export function applySplices(text: string, splices: readonly Splice[]): string {
	const ordered = [...splices].sort((a, b) => b.from - a.from);
	return ordered.reduce(
		(rest, { from, to, text: put }) =>
			rest.slice(0, from) + put + rest.slice(to),
		text,
	);
}

/** Changes a part of one line to a quoted text of the same length, so that all columns behind it stay. */
export function quoteInstead(from: number, to: number): Splice[] {
	const length = Math.max(to - from, 2);
	return [{ from, to, text: `"${"x".repeat(length - 2)}"` }];
}

/** Finds the end of a line, without its line break. */
export function endOfLine(text: string, from: number): number {
	const end = text.indexOf("\n", from);
	if (end < 0) return text.length;
	return end > from && text[end - 1] === "\r" ? end - 1 : end;
}

/** Finds the number of the line that an offset is in, from 1. */
export function lineOfOffset(text: string, offset: number): number {
	let line = 1;
	for (
		let at = text.indexOf("\n");
		at >= 0 && at < offset;
		at = text.indexOf("\n", at + 1)
	) {
		line += 1;
	}
	return line;
}

/** Finds the first line at or behind an offset that is not blank, and says how deep it is indented. */
export function nextLine(
	text: string,
	offset: number,
): { readonly from: number; readonly indent: number } | undefined {
	let from = offset;
	while (from < text.length) {
		const end = endOfLine(text, from);
		const line = text.slice(from, end);
		const indent = line.search(/\S/);
		if (indent >= 0) return { from, indent };
		const next = text.indexOf("\n", from);
		if (next < 0) return undefined;
		from = next + 1;
	}
	return undefined;
}

/** The beginning of a line that is a key or an item with one. */
export const KEY_LINE =
	/^\s*(?:- +)?(?:"[^"\n]*"|'[^'\n]*'|[\w.$-]+)\s*:(?=\s|$)/;
