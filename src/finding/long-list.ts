import type { Position } from "./finding.ts";
import type { KeyPath, Source } from "./located.ts";

/** From here on a file is taken apart, characters. */
export const LONG_LENGTH = 200_000;

/** Parses a part of the file; undefined when anything is wrong with it. */
export type ParsePart = (text: string) => Source | undefined;

/**
 * Parses a file whose `routes` are a long list, two dozen items at a time: the parser's nodes take a
 * hundred times the space of the text, and so they are gone before the next part is parsed. A part is
 * parsed again when somebody asks where one of its values stands, which only findings do.
 *
 * Undefined for a file that is laid out otherwise, uses anchors, tags or several documents, or holds
 * a mistake: then the whole must be parsed at once.
 */
export function parseLongList(
	text: string,
	file: string,
	parse: ParsePart,
): Source | undefined {
	const layout = /(?:^|[\s[{,])[&*!]|^(?:---|\.\.\.|%)/m.test(text)
		? undefined
		: findLayout(text);
	if (layout === undefined) return undefined;
	const { start, end, parts, firstLine } = layout;
	const hole = "\n".repeat(countLines(text, start, end));
	const rest = parse(text.slice(0, start) + hole + text.slice(end));
	if (!isMapping(rest?.value) || rest === undefined) return undefined;

	const routes: unknown[] = [];
	let line = firstLine;
	for (const part of parts) {
		const parsed = parse(text.slice(part.start, part.end));
		if (!Array.isArray(parsed?.value)) return undefined;
		if (parsed.value.length !== part.count) return undefined;
		part.line = line;
		line += countLines(text, part.start, part.end);
		routes.push(...(parsed.value as unknown[]));
	}

	let last: { readonly part: Part; readonly source: Source } | undefined;
	const locateItem = (
		index: number,
		path: KeyPath,
		side: "key" | "value" | undefined,
	): Position | undefined => {
		const part = parts[Math.floor(index / PART_ITEMS)];
		if (part === undefined) return undefined;
		if (last?.part !== part) {
			const source = parse(text.slice(part.start, part.end));
			if (source === undefined) return undefined;
			last = { part, source };
		}
		const found = last.source.locate([index % PART_ITEMS, ...path], side);
		return { file, line: found.line + part.line - 1, column: found.column };
	};
	return {
		file,
		value: { ...rest.value, routes },
		locate([first, index, ...path], side) {
			const found =
				first === "routes" && typeof index === "number"
					? locateItem(index, path, side)
					: undefined;
			if (found !== undefined) return found;
			const whole = [first, index, ...path].filter((key) => key !== undefined);
			return rest.locate(whole, side);
		},
	};
}

// --- helpers ---

const PART_ITEMS = 25;

interface Part {
	readonly start: number;
	end: number;
	/** Items in it: 25, but for the last part. */
	count: number;
	/** Line of its first character in the file, from 1. */
	line: number;
}

interface Layout {
	/** Where the items of `routes` begin and end. */
	readonly start: number;
	readonly end: number;
	readonly firstLine: number;
	readonly parts: readonly Part[];
}

/**
 * Finds the items of `routes` by their indentation: within an item every line is indented deeper than
 * its dash (YAML 1.2 section 8.2.1). Undefined where they are not written as a block list.
 */
function findLayout(text: string): Layout | undefined {
	const key = /^routes:[ ]*(?:#.*)?\r?\n/m.exec(text);
	if (key === null) return undefined;
	const start = key.index + key[0].length;
	const lines = /^( *)([^\s#].*)?.*(?:\r?\n|$)/gm;
	lines.lastIndex = start;
	const parts: Part[] = [];
	let dash: number | undefined;
	let end = text.length;
	for (
		let line = lines.exec(text);
		line !== null && line[0] !== "";
		line = lines.exec(text)
	) {
		const [, indent = "", content] = line;
		if (content === undefined) continue;
		const isItem = content.startsWith("- ") || content === "-";
		dash ??= isItem ? indent.length : undefined;
		if (dash === undefined) return undefined;
		if (indent.length < dash || (indent.length === dash && !isItem)) {
			end = line.index;
			break;
		}
		if (indent.length > dash) continue;
		const part = parts.at(-1);
		if (part === undefined || part.count === PART_ITEMS) {
			if (part !== undefined) part.end = line.index;
			parts.push({
				start: part === undefined ? start : line.index,
				end,
				count: 1,
				line: 1,
			});
		} else {
			part.count++;
		}
	}
	const final = parts.at(-1);
	if (final === undefined) return undefined;
	final.end = end;
	return { start, end, parts, firstLine: countLines(text, 0, start) + 1 };
}

function countLines(text: string, start: number, end: number): number {
	let count = 0;
	for (
		let at = text.indexOf("\n", start);
		at !== -1 && at < end;
		at = text.indexOf("\n", at + 1)
	)
		count++;
	return count;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
