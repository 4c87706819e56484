/**
 * Finds the end of the word or value at an offset: a quoted text with its quotes, a list or mapping in brackets on one line,
 * otherwise a plain text up to its end in YAML. At least one character long.
 */
export function endOfToken(text: string, from: number): number {
	const lineEnd = endOfLine(text, from);
	const rest = text.slice(from, lineEnd);
	const first = rest[0] ?? "";
	if (first === '"' || first === "'") {
		const quoted = first === '"' ? DOUBLE_QUOTED : SINGLE_QUOTED;
		const length = quoted.exec(rest)?.[0].length;
		return length === undefined ? from + rest.trimEnd().length : from + length;
	}
	if (first === "[" || first === "{") return from + bracketed(rest);
	if (/[&*!]/.test(first)) return from + (/^\S+/.exec(rest)?.[0].length ?? 1);
	const before = text.slice(text.lastIndexOf("\n", from - 1) + 1, from);
	const plain = isInFlow(before) ? PLAIN_IN_FLOW : PLAIN;
	const length = plain.exec(rest)?.[0].trimEnd().length ?? 0;
	return from + Math.max(length, 1);
}

// --- helpers ---

const DOUBLE_QUOTED = /^"(?:\\.|[^"\\])*"/;
const SINGLE_QUOTED = /^'(?:''|[^'])*'/;

/** A reference or a template counts as one character; `: ` and ` #` end a plain text. */
const PLAIN = /^(?:\$\{[^}]*\}|\{\{.*?\}\}|(?!:(?:\s|$)|\s#).)+/;
const PLAIN_IN_FLOW =
	/^(?:\$\{[^}]*\}|\{\{.*?\}\}|(?!:(?:\s|$)|\s#|[,[\]{}]).)+/;

function isInFlow(before: string): boolean {
	const bare = before.replace(/"(?:\\.|[^"\\])*"|'(?:''|[^'])*'/g, "");
	return count(bare, /[[{]/g) > count(bare, /[\]}]/g);
}

/** Returns the length of a list or mapping up to its closing bracket, or 1 if the line has none. */
function bracketed(rest: string): number {
	let depth = 0;
	for (const { 0: found, index } of rest.matchAll(BRACKET)) {
		if (found === "[" || found === "{") depth += 1;
		else if (found === "]" || found === "}") depth -= 1;
		if (depth === 0) return index + 1;
	}
	return 1;
}

const BRACKET = /"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[[\]{}]/g;

function count(text: string, pattern: RegExp): number {
	return text.match(pattern)?.length ?? 0;
}

function endOfLine(text: string, from: number): number {
	const end = text.indexOf("\n", from);
	if (end < 0) return text.length;
	return text[end - 1] === "\r" && end > from ? end - 1 : end;
}
