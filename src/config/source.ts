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
import type { Finding, Position } from "./finding.ts";

/** The way from a document's root to a value. */
export type KeyPath = readonly (string | number)[];

/** A parsed YAML or JSON file that still knows where each value stands. */
export interface Source {
	readonly file: string;
	readonly value: unknown;
	/**
	 * Where the value at `path` stands, or its key with `"key"`; the nearest parent that exists when
	 * the path does not.
	 */
	locate(path: KeyPath, part?: "key" | "value"): Position;
}

/**
 * Parses one YAML 1.2 document (JSON is a subset of it). Every syntax error and every key written
 * twice is a finding; the source is undefined when there is any.
 */
export function parseSource(
	text: string,
	file: string,
): { source: Source | undefined; findings: readonly Finding[] } {
	const lines = new LineCounter();
	const document = parseDocument(text, {
		lineCounter: lines,
		prettyErrors: false,
		// `<<` merges are YAML 1.1; here a key is a key.
		merge: false,
	});
	const at = (offset: number): Position => {
		const { line, col } = lines.linePos(offset);
		return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
	};
	const problems = [...document.errors, ...document.warnings];
	if (problems.length > 0) {
		const findings = problems.map((problem): Finding => {
			const place = at(problem.pos[0]);
			if (problem.code === "DUPLICATE_KEY") {
				return {
					...place,
					severity: "error",
					what: `the key ${quoteAt(text, problem.pos[0])} is written twice in one mapping`,
					todo: "keep one of the two",
				};
			}
			return {
				...place,
				severity: "error",
				what: `not valid YAML: ${firstLine(problem.message)}`,
			};
		});
		return { source: undefined, findings };
	}
	let value: unknown;
	try {
		value = document.toJS();
	} catch (error) {
		// Only aliases can fail here: a reference to nothing, or an expansion bomb.
		return {
			source: undefined,
			findings: [
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
	return { source, findings: [] };
}

// --- helpers ---

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

function firstLine(message: string): string {
	return message.split("\n", 1)[0] ?? message;
}
