import { WhereError } from "./error.ts";

/** A part of an expression, with its place in the text. */
export interface Token {
	readonly kind:
		| "field"
		| "operator"
		| "number"
		| "text"
		| "pattern"
		| "word"
		| "open"
		| "close"
		| "end";
	/** As it is written. */
	readonly written: string;
	/** The index of its first character. */
	readonly at: number;
	/** The content of a text without its quotes, or of a pattern without its slashes. */
	readonly content: string;
	/** The flags of a pattern. */
	readonly flags: string;
}

/** Splits an expression. Throws WhereError for a character that begins no token, and for a text without its end. */
export function tokenize(source: string): readonly Token[] {
	const tokens: Token[] = [];
	let at = 0;
	while (at < source.length) {
		const blank = BLANK.exec(source.slice(at))?.[0].length ?? 0;
		at += blank;
		if (at >= source.length) break;
		const token = readToken(source, at);
		tokens.push(token);
		at += token.written.length;
	}
	tokens.push({ ...NONE, kind: "end", written: "", at: source.length });
	return tokens;
}

/** The words that are not fields. */
export const WORDS: ReadonlySet<string> = new Set([
	"and",
	"or",
	"not",
	"true",
	"false",
	"null",
]);

// --- helpers ---

const NONE = { content: "", flags: "" };
const BLANK = /^\s+/;
const OPERATOR = /^(?:!=|<=|>=|==|=~|&&|\|\||[=<>~!])/;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?(?![\w.])/;
const NAME = /^[\p{L}_$@][\p{L}\p{N}_$@.:[\]/-]*/u;
const PATTERN = /^\/((?:[^/\\]|\\.)+)\/([a-z]*)/s;

function readToken(source: string, at: number): Token {
	const rest = source.slice(at);
	const [first = ""] = rest;
	if (first === "(") return { ...NONE, kind: "open", written: first, at };
	if (first === ")") return { ...NONE, kind: "close", written: first, at };
	if (first === '"' || first === "'") return readText(source, rest, first, at);
	const operator = OPERATOR.exec(rest)?.[0];
	if (operator !== undefined)
		return { ...NONE, kind: "operator", written: operator, at };
	const number = NUMBER.exec(rest)?.[0];
	if (number !== undefined)
		return { ...NONE, kind: "number", written: number, at };
	const pattern = PATTERN.exec(rest);
	if (pattern !== null) {
		const [written, content = "", flags = ""] = pattern;
		return { kind: "pattern", written, at, content, flags };
	}
	const name = NAME.exec(rest)?.[0];
	if (name !== undefined) {
		const kind = WORDS.has(name.toLowerCase()) ? "word" : "field";
		return { ...NONE, kind, written: name, at };
	}
	throw new WhereError(source, {
		at,
		length: first.length,
		what: `\`${first}\` begins nothing`,
		expected:
			'a field, a number or a text in quotes, such as payload.status = "failed"',
	});
}

/** A backslash takes the next character as it is. */
function readText(
	source: string,
	rest: string,
	quote: string,
	at: number,
): Token {
	let content = "";
	for (let index = 1; index < rest.length; index += 1) {
		const character = rest[index] ?? "";
		if (character === quote)
			return {
				kind: "text",
				written: rest.slice(0, index + 1),
				at,
				content,
				flags: "",
			};
		if (character === "\\") index += 1;
		content += rest[index] ?? "";
	}
	throw new WhereError(source, {
		at,
		length: 1,
		what: "this text has no end",
		expected: `a ${quote} after it`,
	});
}
