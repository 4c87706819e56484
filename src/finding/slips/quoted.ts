import { endOfLine, KEY_LINE, nextLine, type Read, type Slip } from "./slip.ts";

/** Where a quoted text stands. */
export interface QuotedPlace {
	/** The indentation that its further lines must exceed; -1 for none. */
	readonly parent: number;
	/** How many brackets are open around it. */
	readonly depth: number;
}

/** Reads a quoted text. A quote that is open at the end of its line, while the next line begins something else, is a slip. */
export function readQuoted(
	text: string,
	from: number,
	{ parent, depth }: QuotedPlace,
): Read {
	const quote = text[from] as string;
	for (let at = from + 1; at < text.length; at += 1) {
		const char = text[at] as string;
		if (char === "\n" && beginsAnew(text, at + 1, parent)) break;
		if (char === "\\" && quote === '"') {
			const slip = escapeSlip(text, at);
			if (slip !== undefined) return slip;
			// A line break that is escaped is one like any other.
			if (text[at + 1] !== "\n") at += 1;
		} else if (char === quote) {
			if (quote === "'" && text[at + 1] === "'") at += 1;
			else return checkBehind(text, from, at + 1, depth > 0);
		}
	}
	const lineEnd = endOfLine(text, from);
	const end = endOfText(text, from, lineEnd, depth);
	return {
		from,
		to: lineEnd,
		what: `the quote that opens here is never closed`,
		todo: `end the text with \`${quote}\``,
		// A backslash at the end would hide the quote that is put in.
		repair:
			text[end - 1] === "\\"
				? undefined
				: [{ from: end, to: end, text: quote }],
	};
}

// --- helpers ---

/** True where a line cannot continue a quoted text, or looks like the next key. */
function beginsAnew(text: string, from: number, parent: number): boolean {
	const next = nextLine(text, from);
	if (next === undefined) return false;
	const line = text.slice(next.from, endOfLine(text, next.from));
	return (
		next.indent <= parent || KEY_LINE.test(line) || /^\s*[\]}],?\s*$/.test(line)
	);
}

/** Leaves the brackets that close what is open to the line: `{ text: "x }` is meant to be `{ text: "x" }`. */
function endOfText(
	text: string,
	from: number,
	lineEnd: number,
	depth: number,
): number {
	const rest = text.slice(from + 1, lineEnd);
	if (depth === 0) return lineEnd - (/\s*$/.exec(rest)?.[0].length ?? 0);
	const closing = new RegExp(`(?:\\s*[\\]}]){0,${depth}}\\s*,?\\s*$`);
	return lineEnd - (closing.exec(rest)?.[0].length ?? 0);
}

/** YAML 1.2, 5.7: all others are for later versions. */
const ESCAPE =
	/^\\(?:[0abt\tnvfre "/\\N_LP\n\r]|x[\da-f]{2}|u[\da-f]{4}|U[\da-f]{8})/i;

function escapeSlip(text: string, at: number): Slip | undefined {
	if (ESCAPE.test(text.slice(at, at + 10))) return undefined;
	return {
		from: at,
		to: at + 2,
		what: "a backslash in double quotes begins an escape, and this one does not exist",
		todo: "write `\\\\` for a backslash, or put the text in single quotes",
		repair: [{ from: at, to: at + 1, text: "x" }],
	};
}

/** Behind a quoted text comes the end of the line, a comment, or a mark of YAML. */
function checkBehind(
	text: string,
	from: number,
	end: number,
	inFlow: boolean,
): Read {
	const lineEnd = endOfLine(text, end);
	const rest = text.slice(end, lineEnd);
	// Between brackets only a comma may be missing.
	if (inFlow && /^\s+["'[{]/.test(rest)) return { end };
	if (/^\s*(?:$|[,\]}:]|\s#)/.test(rest)) return { end };
	const quote = text[from] as string;
	const last = text.lastIndexOf(quote, lineEnd - 1);
	const isComment = rest.startsWith("#");
	if (isComment) {
		return {
			from: end,
			to: lineEnd,
			what: "a comment begins right behind a text",
			todo: "put a space before the `#`",
			repair: [{ from: end, to: lineEnd, text: "" }],
		};
	}
	if (last >= end) {
		return {
			from: end - 1,
			to: end,
			what: "this quote ends the text, and more of the text follows",
			todo:
				quote === "'"
					? "write a quote inside single quotes twice: `''`"
					: 'write a quote inside double quotes as `\\"`',
			repair: [
				{
					from,
					to: last + 1,
					text: `"${"x".repeat(Math.max(last - 1 - from, 0))}"`,
				},
			],
		};
	}
	return {
		from: end + rest.search(/\S/),
		to: lineEnd,
		what: "something follows the quoted text on its line",
		todo: "put all of the text in the quotes, or a comma between two values",
		repair: undefined,
	};
}
