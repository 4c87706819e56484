import type { YAMLError } from "yaml";
import { findSlip } from "./block.ts";
import { wordParserError } from "./parser-words.ts";
import { applySplices, endOfLine, lineOfOffset, type Slip } from "./slip.ts";

/** A slip without its repair, at its position in the original text. */
export type Found = Omit<Slip, "repair">;

/** Parses a text as far as its mistakes. */
export type ParseErrors = (text: string) => readonly YAMLError[];

/**
 * Describes the mistakes in a text that the parser refuses. Each slip is repaired and the text is parsed again, so that one
 * slip is one finding, and later slips are found too.
 */
export function diagnose(
	given: string,
	first: readonly YAMLError[],
	parse: ParseErrors,
): readonly Found[] {
	const slips: Found[] = [];
	let text = given;
	let errors = first;
	const rounds = given.length > ONCE_LENGTH ? 1 : ROUNDS_MAX;
	for (let round = 0; round < rounds; round += 1) {
		const error = firstOf(errors);
		if (error === undefined) break;
		const slip = isReadable(text) ? findSlip(text) : undefined;
		if (
			slip === undefined ||
			lineOfOffset(text, slip.from) > lastLineOf(errors, error, text)
		) {
			slips.push(toGiven(given, text, wordParserError(error, text)));
			break;
		}
		const found = toGiven(given, text, slip);
		if (slips.some((one) => isSame(one, found))) break;
		slips.push(found);
		if (slip.repair === undefined) break;
		text = applySplices(text, slip.repair);
		errors = parse(text);
	}
	return slips;
}

// --- helpers ---

/** A file with more slips than this has a different problem. */
const ROUNDS_MAX = 10;

/** The parser takes a second for a file of about 100 KB. A longer file is not parsed again for each slip. */
const ONCE_LENGTH = 200_000;

/** Lines longer than this were written by a program. */
const LINE_MAX = 10_000;

function isReadable(text: string): boolean {
	let from = 0;
	for (;;) {
		const end = text.indexOf("\n", from);
		if ((end < 0 ? text.length : end) - from > LINE_MAX) return false;
		if (end < 0) return true;
		from = end + 1;
	}
}

function firstOf(errors: readonly YAMLError[]): YAMLError | undefined {
	return errors.reduce<YAMLError | undefined>(
		(first, error) =>
			first === undefined || error.pos[0] < first.pos[0] ? error : first,
		undefined,
	);
}

/** Returns the last line of the parser's first mistake: a line that is too deep makes the line before it invalid. */
function lastLineOf(
	errors: readonly YAMLError[],
	{ pos }: YAMLError,
	text: string,
): number {
	const ends = errors
		.filter((error) => error.pos[0] === pos[0])
		.map((error) => lineOfOffset(text, error.pos[1]));
	return Math.max(...ends, lineOfOffset(text, pos[0]) + 1);
}

function isSame(
	a: Pick<Slip, "from" | "what">,
	b: Pick<Slip, "from" | "what">,
): boolean {
	return a.from === b.from && a.what === b.what;
}

/** Finds the position of a slip in the original text: repairs keep lines, and may move columns. */
function toGiven(given: string, text: string, slip: Found): Found {
	if (given === text) return slip;
	const { what, todo } = slip;
	const from = carry(given, text, slip.from);
	return { from, to: Math.max(from, carry(given, text, slip.to)), what, todo };
}

function carry(given: string, text: string, offset: number): number {
	const line = lineOfOffset(text, offset);
	const start = text.lastIndexOf("\n", offset - 1) + 1;
	let own = 0;
	for (let count = 1; count < line; count += 1) {
		own = given.indexOf("\n", own) + 1;
	}
	const now = text.slice(start, endOfLine(text, start));
	const then = given.slice(own, endOfLine(given, own));
	// Where the line was moved as a whole, the end of it stays the same.
	const moved =
		now.trimStart() === then.trimStart() ? then.length - now.length : 0;
	return Math.min(own + Math.max(offset - start + moved, 0), own + then.length);
}
