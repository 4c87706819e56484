import {
	type Document,
	isMap,
	isScalar,
	isSeq,
	LineCounter,
	type Node,
	type Pair,
	parseDocument,
} from "yaml";
import { atOnce, type Steps } from "../turns.ts";
import type { Finding, Position } from "./finding.ts";
import type { KeyPath, Source } from "./located.ts";
import { readQuickly } from "./quick-source.ts";

/** A source, or why there is none; with duplicate keys kept there may be both. */
export interface Parsed {
	readonly source: Source | undefined;
	readonly findings: readonly Finding[];
}

/** How a source is parsed. */
export interface ParseOptions {
	/** True where keys written twice leave a source, so that all other mistakes are found in the same run. */
	readonly keepDuplicates?: boolean;
}

/**
 * Parses one YAML 1.2 document (JSON is a subset of it). Every syntax error and every key written
 * twice is a finding; the source is undefined when there is any.
 */
export function parseSource(
	text: string,
	file: string,
	options: ParseOptions = {},
): Parsed {
	return atOnce(parseSteps(text, file, options));
}

/**
 * Parses as `parseSource` does, in steps. Most files are read by a fast parser; `yaml` is the parser of
 * record, which reads all that the fast one declines, and finds the places that it does not know.
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

/** Parses with the parser of record alone, which is slow and knows every place. */
export function parseRecord(
	text: string,
	file: string,
	{ keepDuplicates = false }: ParseOptions = {},
): Parsed {
	const lines = new LineCounter();
	const document = parseDocument(text, {
		lineCounter: lines,
		prettyErrors: false,
		// What is odd is a finding; the library would also write it to standard error.
		logLevel: "error",
		// `<<` merges are YAML 1.1; here a key is a key.
		merge: false,
	});
	const at = (offset: number) => toPosition(lines, file, offset);
	const problems = [...document.errors, ...document.warnings];
	const findings: Finding[] = [];
	if (problems.length > 0) {
		const broken = new Set<number>();
		for (const problem of problems) {
			const site = at(problem.pos[0]);
			if (problem.code === "DUPLICATE_KEY") {
				findings.push({
					...site,
					severity: "error",
					what: `the key ${quoteAt(text, problem.pos[0])} is written twice in one mapping`,
					todo: "keep one of the two",
				});
				continue;
			}
			// What follows on the same line is the parser still stumbling over the first mistake.
			if (broken.has(site.line)) continue;
			broken.add(site.line);
			findings.push({
				...site,
				severity: "error",
				what: `not valid YAML: ${firstLine(problem.message)}`,
				todo: hasBareReference(text, site.line)
					? `write a \`\${NAME}\` inside \`[ ]\` or \`{ }\` in quotes`
					: ADVICE[problem.code],
			});
		}
		const fatal = !keepDuplicates || broken.size > 0;
		if (fatal) return { source: undefined, findings };
	}
	let value: unknown;
	try {
		// An anchor may be used by thousands of routes; a bomb multiplies to more than that.
		value = document.toJS({ maxAliasCount: 100_000 });
		if (text.includes("&") && isCircular(value)) {
			throw new Error("an anchor's alias stands inside the anchor itself");
		}
	} catch (error) {
		// Only aliases can fail here: a reference to nothing or to itself, or an expansion bomb.
		return {
			source: undefined,
			findings: [
				...findings,
				{
					...at(0),
					severity: "error",
					what: `not valid YAML: ${firstLine((error as Error).message)}`,
				},
			],
		};
	}
	const source: Source = {
		file,
		value,
		locate: (path, part = "value") => at(offsetOf(document, path, part)),
	};
	return { source, findings };
}

// --- helpers ---

/** Says how to fix the mistakes that people make most, by the parser's code. */
const ADVICE: Readonly<Record<string, string>> = {
	BLOCK_IN_FLOW: "put a text that holds `: ` or `- ` in quotes",
	BLOCK_AS_IMPLICIT_KEY: "put a text that holds `: ` in quotes",
	BAD_SCALAR_START: "put the text in quotes",
	TAB_AS_INDENT: "indent with spaces",
};

function countLines(text: string): LineCounter {
	const lines = new LineCounter();
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

function hasBareReference(text: string, line: number): boolean {
	const content = text.split("\n", line)[line - 1] ?? "";
	return /[[{,]\s*[^"'\s]*\$\{/.test(content);
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

function firstLine(message: string): string {
	return message.split("\n", 1)[0] ?? message;
}
