import type { Document, LineCounter, Node, Pair, YAMLError } from "yaml";
import { atOnce, type Steps } from "../turns.ts";
import type { Finding, Position } from "./finding.ts";
import type { KeyPath, Source } from "./located.ts";
import { readQuickly } from "./quick/source.ts";
import { diagnose } from "./slips/diagnose.ts";
import { findTemplates, firstKeyOf, wordAliases } from "./slips/document.ts";
import { yaml } from "./yaml.ts";

/** A source, or the findings that explain why there is none. With duplicate keys allowed there may be both. */
export interface Parsed {
	readonly source: Source | undefined;
	readonly findings: readonly Finding[];
}

/** The options of parsing. */
export interface ParseOptions {
	/** True to return a source despite duplicate keys, so that all other mistakes are found in the same run. */
	readonly keepDuplicates?: boolean;
}

/**
 * Parses one YAML 1.2 document (JSON is a subset of it). Every syntax error and duplicate key is a finding. The source is
 * undefined if there is any.
 */
export function parseSource(
	text: string,
	file: string,
	options: ParseOptions = {},
): Parsed {
	return atOnce(parseSteps(text, file, options));
}

/**
 * Parses like `parseSource`, in steps. Most files are read by a fast parser. The reference parser `yaml` reads all that the
 * fast one declines, and finds the positions that it does not know.
 */
export function* parseSteps(
	text: string,
	file: string,
	options: ParseOptions = {},
): Steps<Parsed> {
	const quick = yield* readQuickly(text);
	if (quick === undefined) return parseRecord(text, file, options);
	let lines: LineCounter | undefined;
	let record: Source | undefined;
	const source: Source = {
		file,
		value: quick.value,
		locate(path, part = "value") {
			const offset = quick.offsetOf(path, part);
			if (offset !== undefined) {
				lines ??= countLines(text);
				return toPosition(lines, file, offset);
			}
			record ??= parseRecord(text, file).source;
			return record?.locate(path, part) ?? { file, line: 1, column: 1 };
		},
	};
	return { source, findings: [] };
}

/** Parses with the reference parser only, which is slow and knows every position. */
export function parseRecord(
	text: string,
	file: string,
	{ keepDuplicates = false }: ParseOptions = {},
): Parsed {
	// The library would count the lines only as far as it reads.
	const lines = countLines(text);
	const document = yaml().parseDocument(text, RECORD_OPTIONS);
	const at = (offset: number) => toPosition(lines, file, offset);
	const between = (from: number, to: number): Position => {
		const { line, column } = at(to);
		return { ...at(from), ...(to > from && { end: { line, column } }) };
	};
	const findings: Finding[] = [];
	const add = (from: number, to: number, what: string, todo: string): void => {
		findings.push({ ...between(from, to), severity: "error", what, todo });
	};
	const problems = [...document.errors, ...document.warnings];
	const faults = problems.filter(({ code }) => code !== "DUPLICATE_KEY");
	const slips =
		faults.length > 0
			? diagnose(text, faults, parseFaults)
			: findTemplates(document, text);
	for (const { from, to, what, todo } of slips) add(from, to, what, todo);
	if (slips.length > 0) return { source: undefined, findings };
	for (const { pos } of problems) {
		const [from, to] = pos;
		const first = firstKeyOf(document, from);
		const where =
			first === undefined ? "" : `, first in line ${at(first).line}`;
		add(
			...([from, Math.max(to, from)] as const),
			`the key ${quoteAt(text, from)} is written twice in one mapping${where}`,
			"keep one of the two",
		);
	}
	if (problems.length > 0 && !keepDuplicates) {
		return { source: undefined, findings };
	}
	let value: unknown;
	try {
		// An anchor may be used by thousands of routes. An alias bomb expands to more than that.
		value = document.toJS({ maxAliasCount: 100_000 });
		if (text.includes("&") && isCircular(value)) {
			throw new Error("an alias stands inside its anchor");
		}
	} catch {
		// Only aliases can fail here.
		const { from, to, what, todo } = wordAliases(document);
		add(from, to, what, todo);
		return { source: undefined, findings };
	}
	const source: Source = {
		file,
		value,
		locate: (path, part = "value") => at(offsetOf(document, path, part)),
	};
	return { source, findings };
}

// --- helpers ---

const RECORD_OPTIONS = {
	prettyErrors: false,
	// Problems become findings. The library would also write them to standard error.
	logLevel: "error",
	// `<<` merges are YAML 1.1. Here it is a normal key.
	merge: false,
} as const;

function parseFaults(text: string): readonly YAMLError[] {
	const { errors, warnings } = yaml().parseDocument(text, RECORD_OPTIONS);
	return [...errors, ...warnings].filter(
		({ code }) => code !== "DUPLICATE_KEY",
	);
}

function countLines(text: string): LineCounter {
	const lines = new (yaml().LineCounter)();
	lines.addNewLine(0);
	for (
		let end = text.indexOf("\n");
		end >= 0;
		end = text.indexOf("\n", end + 1)
	) {
		lines.addNewLine(end + 1);
	}
	return lines;
}

function toPosition(
	lines: LineCounter,
	file: string,
	offset: number,
): Position {
	const { line, col } = lines.linePos(offset);
	return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}

function offsetOf(
	document: Document,
	path: KeyPath,
	part: "key" | "value",
): number {
	const { isMap, isScalar, isSeq } = yaml();
	let node = document.contents as Node | null;
	let offset = node?.range?.[0] ?? 0;
	for (const [depth, key] of path.entries()) {
		if (isMap(node)) {
			const pair = node.items.find(
				(item) => isScalar(item.key) && String(item.key.value) === String(key),
			) as Pair<Node, Node | null> | undefined;
			if (pair === undefined) return offset;
			const last = depth === path.length - 1;
			const wanted =
				last && part === "key" ? pair.key : (pair.value ?? pair.key);
			offset = wanted.range?.[0] ?? offset;
			node = pair.value;
		} else if (isSeq(node)) {
			const item = node.items[Number(key)] as Node | undefined;
			if (item === undefined) return offset;
			offset = item.range?.[0] ?? offset;
			node = item;
		} else {
			return offset;
		}
	}
	return offset;
}

function quoteAt(text: string, offset: number): string {
	const rest = /^[^\s:,\]}]+/.exec(text.slice(offset, offset + 80));
	return rest === null ? "here" : `\`${rest[0].replaceAll('"', "")}\``;
}

function isCircular(
	value: unknown,
	ancestors: Set<unknown> = new Set(),
): boolean {
	if (typeof value !== "object" || value === null) return false;
	if (ancestors.has(value)) return true;
	ancestors.add(value);
	const circular = Object.values(value).some((item) =>
		isCircular(item, ancestors),
	);
	ancestors.delete(value);
	return circular;
}
