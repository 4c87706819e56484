import type { RE2JS } from "re2js";
import { lazyPackage } from "../lazy-package.ts";

/** A pattern that runs in linear time for any input. */
export interface LinearPattern {
	/** Returns true if it matches any part of the string. */
	test(text: string): boolean;
	/** The pattern as written. */
	toString(): string;
}

/** An error for a pattern that is valid JavaScript, but cannot run in linear time on this engine. */
export class NotLinearError extends Error {
	readonly pattern: string;
	/** The unsupported part, for messages: `a look-ahead`. */
	readonly part: string;

	constructor(pattern: string, part: string) {
		super(`the pattern has ${part}, which takes no linear time`);
		this.pattern = pattern;
		this.part = part;
	}
}

/**
 * Compiles a pattern of ECMA-262 with the flag `u`, as in JSON Schema, for an engine without backtracking (RE2). It either
 * has the same meaning or does not compile, except that with the flag `m` lines end only at a line feed. Throws
 * SyntaxError for an invalid pattern, and NotLinearError for look-around, back-references and everything else that RE2
 * lacks.
 *
 * @param flags some of `i`, `m` and `s`
 */
export function compileLinear(pattern: string, flags = ""): LinearPattern {
	// Also the word of JavaScript on what a pattern is: RE2 takes some texts that it refuses.
	new RegExp(pattern, `u${flags}`);
	const compiled = compile(pattern, translate(pattern, flags), flags);
	return {
		test: (text) => compiled.test(text),
		toString: () => pattern,
	};
}

// --- helpers ---

/** Only patterns of users run on it. */
const engine = lazyPackage<typeof import("re2js")>("re2js");

function compile(pattern: string, translated: string, flags: string): RE2JS {
	try {
		const { RE2JS: Engine } = engine();
		return Engine.compile(
			translated,
			(flags.includes("i") ? Engine.CASE_INSENSITIVE : 0) |
				(flags.includes("m") ? Engine.MULTILINE : 0),
		);
	} catch (error) {
		throw new NotLinearError(pattern, partOf(error as Error));
	}
}

/** Returns the part of a pattern that RE2 rejects, from the message of RE2. */
function partOf({ message }: Error): string {
	if (message.includes("repeat count")) return "a repetition of over 1,000";
	if (message.includes("too large")) return "repetitions of over 1,000 in all";
	const piece = /: `(.*?)`$/s.exec(message)?.[1];
	return piece === undefined
		? "something that RE2 does not know"
		: `\`${piece}\``;
}

/** Matches a whole escape, the beginning of a group, or one character. */
const TOKEN =
	/\\u\{[0-9a-f]+\}|\\[pP]\{[^}]*\}|\\k<[^>]*>|\\[1-9][0-9]*|\\.|\(\?<?[=!]|\(\?<[^>]*>|[\s\S]/giu;

/**
 * Translates a pattern for RE2, which silently reads some parts differently than JavaScript: its `\s` matches only ASCII,
 * and its `.` excludes only the line feed.
 */
function translate(pattern: string, flags: string): string {
	const any = flags.includes("s") ? "(?s:.)" : NO_LINE_BREAK;
	let inClass = false;
	let translated = "";
	for (const [token] of pattern.matchAll(TOKEN)) {
		if (!inClass) refuse(pattern, token);
		translated += inClass ? inside(token) : outside(token, any);
		if (token === "[") inClass = true;
		else if (token === "]") inClass = false;
	}
	return engine().RE2JS.translateRegExp(translated);
}

function refuse(pattern: string, token: string): void {
	const part = /^\(\?<?[=!]$/.test(token)
		? token.includes("<")
			? "a look-behind"
			: "a look-ahead"
		: /^\\(?:k<|[1-9])/.test(token)
			? "a back-reference"
			: undefined;
	if (part !== undefined) throw new NotLinearError(pattern, part);
}

/** `WhiteSpace` and `LineTerminator` of ECMA-262, as `\s` holds them. */
const BLANKS =
	"\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";

/** All characters that `\s` does not match. */
const NO_BLANKS =
	"\\x00-\\x08\\x0e-\\x1f!-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}";

/** All characters that `.` matches without the flag `s`. */
const NO_LINE_BREAK = "[^\\n\\r\\x{2028}\\x{2029}]";

function outside(token: string, any: string): string {
	if (token === ".") return any;
	if (token === "\\s") return `[${BLANKS}]`;
	if (token === "\\S") return `[${NO_BLANKS}]`;
	// A group's name means nothing where nothing refers to it.
	if (token.startsWith("(?<")) return "(?:";
	return property(token);
}

function inside(token: string): string {
	if (token === "\\s") return BLANKS;
	if (token === "\\S") return NO_BLANKS;
	if (token === "\\b") return "\\x08";
	return property(token);
}

/** Shortens `\p{Script=Greek}` to `\p{Greek}`, because RE2 knows the values only without the name of their property. */
function property(token: string): string {
	return token.replace(
		/^(\\p\{)(?:Script|sc|General_Category|gc)=/i,
		(_, start: string) => start,
	);
}
