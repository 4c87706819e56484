/** A change of one value in a JSON text. */
export interface Edit {
	/** Keys of objects, from the outermost. */
	readonly path: readonly string[];
	/** Plain data, or JSON that is inserted with its spelling. Undefined removes the key. */
	readonly value: unknown;
}

/** JSON that keeps its spelling. */
export class JsonText {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}
}

/**
 * Changes values in a JSON text, and keeps every other character: unknown keys, their order, the spelling of numbers. Adds
 * missing objects on the path. Throws SyntaxError if the text is not a JSON object.
 */
export function editJson(text: string, edits: readonly Edit[]): string {
	let edited = text;
	for (const { path, value } of edits) {
		// The scanner below relies on valid JSON.
		JSON.parse(edited);
		edited =
			value === undefined
				? withoutKey(edited, path)
				: withValue(edited, path, value);
	}
	return edited;
}

/** Returns the text of a value in its original spelling. Undefined if there is none. */
export function textAt(
	text: string,
	path: readonly string[],
): string | undefined {
	const found = find(text, path);
	return found.rest.length === 0
		? text.slice(found.value.start, found.value.end)
		: undefined;
}

/** Lists the texts of the items of a list in a JSON text; none where there is no list. */
export function itemTextsAt(text: string, path: readonly string[]): string[] {
	const { rest, value } = find(text, path);
	if (rest.length > 0 || text[value.start] !== "[") return [];
	return itemsOf(text, value.start).map(({ start, end }) =>
		text.slice(start, end),
	);
}

// --- helpers ---

interface Span {
	readonly start: number;
	/** Behind the last character. */
	readonly end: number;
}

/** A key of an object with its value. */
interface Member {
	readonly key: string;
	readonly whole: Span;
	readonly value: Span;
}

/** The result of following a path: the reached value, its member, and the missing keys. */
interface Found {
	readonly value: Span;
	readonly members: readonly Member[];
	readonly member: Member | undefined;
	readonly rest: readonly string[];
}

function find(text: string, path: readonly string[]): Found {
	const start = skipBlanks(text, 0);
	let value: Span = { start, end: endOfValue(text, start) };
	let siblings: readonly Member[] = [];
	let member: Member | undefined;
	for (const [index, key] of path.entries()) {
		const members =
			text[value.start] === "{" ? membersOf(text, value.start) : [];
		// JSON.parse takes the last of two equal keys.
		const next = members.findLast((one) => one.key === key);
		if (next === undefined) {
			return { value, members: siblings, member, rest: path.slice(index) };
		}
		siblings = members;
		member = next;
		value = next.value;
	}
	return { value, members: siblings, member, rest: [] };
}

function withValue(
	text: string,
	path: readonly string[],
	value: unknown,
): string {
	const found = find(text, path);
	const { start, end } = found.value;
	const [key, ...inner] = found.rest;
	if (key === undefined) {
		return text.slice(0, start) + spell(value) + text.slice(end);
	}
	const nested = inner.reduceRight(
		(content, name) => `{${JSON.stringify(name)}:${content}}`,
		spell(value),
	);
	// A list, a text or null is in the way of the keys.
	if (text[start] !== "{") {
		return `${text.slice(0, start)}{${JSON.stringify(key)}:${nested}}${text.slice(end)}`;
	}
	const last = membersOf(text, start).at(-1);
	const added = `${JSON.stringify(key)}:${nested}`;
	const at = last === undefined ? start + 1 : last.whole.end;
	return `${text.slice(0, at)}${last === undefined ? "" : ","}${added}${text.slice(at)}`;
}

function spell(value: unknown): string {
	return value instanceof JsonText ? value.text : JSON.stringify(value);
}

function withoutKey(text: string, path: readonly string[]): string {
	let left = text;
	for (;;) {
		const { rest, member, members } = find(left, path);
		if (rest.length > 0 || member === undefined) return left;
		const index = members.indexOf(member);
		const before = members[index - 1];
		const after = members[index + 1];
		// With the comma that stands before it, or behind the first one.
		const start = before?.whole.end ?? member.whole.start;
		const end =
			before === undefined && after !== undefined
				? after.whole.start
				: member.whole.end;
		left = left.slice(0, start) + left.slice(end);
	}
}

function membersOf(text: string, open: number): Member[] {
	const members: Member[] = [];
	let at = skipBlanks(text, open + 1);
	while (text[at] !== "}") {
		const keyEnd = endOfText(text, at);
		const colon = skipBlanks(text, keyEnd);
		const start = skipBlanks(text, colon + 1);
		const end = endOfValue(text, start);
		members.push({
			key: JSON.parse(text.slice(at, keyEnd)) as string,
			whole: { start: at, end },
			value: { start, end },
		});
		at = skipComma(text, end);
	}
	return members;
}

function itemsOf(text: string, open: number): Span[] {
	const items: Span[] = [];
	let at = skipBlanks(text, open + 1);
	while (text[at] !== "]") {
		const end = endOfValue(text, at);
		items.push({ start: at, end });
		at = skipComma(text, end);
	}
	return items;
}

/** Returns the position after a value, by brackets and quotes alone. */
function endOfValue(text: string, start: number): number {
	const first = text[start];
	if (first === '"') return endOfText(text, start);
	if (first !== "{" && first !== "[") {
		const end = text.slice(start).search(/[\s,\]}]/);
		return end === -1 ? text.length : start + end;
	}
	let depth = 0;
	for (let at = start; at < text.length; at += 1) {
		const character = text[at];
		if (character === '"') at = endOfText(text, at) - 1;
		else if (character === "{" || character === "[") depth += 1;
		else if (character === "}" || character === "]") {
			depth -= 1;
			if (depth === 0) return at + 1;
		}
	}
	return text.length;
}

function endOfText(text: string, start: number): number {
	let at = start + 1;
	while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
	return at + 1;
}

function skipBlanks(text: string, start: number): number {
	let at = start;
	while (/\s/.test(text[at] ?? "")) at += 1;
	return at;
}

function skipComma(text: string, end: number): number {
	const at = skipBlanks(text, end);
	return text[at] === "," ? skipBlanks(text, at + 1) : at;
}
