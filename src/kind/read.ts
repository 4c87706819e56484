import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Finding } from "../finding/finding.ts";
import type { Source } from "../finding/located.ts";
import { parseSource } from "../finding/source.ts";

/** File names that hold a schema; what ends in `.schema.json` is an editor's, not a kind. */
const SCHEMA_FILE = /\.(json|ya?ml)$/;

/** True for a file of a `schemas/` folder that holds a kind. */
export function isKindFile(name: string): boolean {
	return (
		SCHEMA_FILE.test(name) &&
		!/\.schema\.[a-z]+$/.test(name) &&
		!name.startsWith(".")
	);
}

/** The `$id` where it is a plain name, else the file's base name without its extensions. */
export function nameOf(file: string, id: unknown): string {
	const isPlain = typeof id === "string" && /^[A-Za-z0-9][\w.-]*$/.test(id);
	return (isPlain ? id : basename(file))
		.replace(SCHEMA_FILE, "")
		.replace(/\.schema$/, "");
}

/** Reads a JSON or YAML file. What keeps it from being read is a finding. */
export async function readSource(
	file: string,
): Promise<{ source: Source | undefined; findings: readonly Finding[] }> {
	let text: string;
	try {
		text = await readFile(file, "utf8");
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		const finding: Finding = {
			file,
			line: 1,
			column: 1,
			severity: "error",
			what:
				code === "ENOENT"
					? "the file does not exist"
					: `the file cannot be read (${code ?? "unknown error"})`,
		};
		return { source: undefined, findings: [finding] };
	}
	if (!file.endsWith(".json")) return parseSource(text, file);
	const value = parseClean(text);
	if (value !== undefined) {
		return { source: lazySource(text, file, value), findings: [] };
	}
	const { source, findings } = parseSource(text, file);
	return { source, findings: findings.map(toJsonFinding) };
}

// --- helpers ---

/** The parser that knows places is one of YAML, of which JSON is a part; the author wrote JSON. */
function toJsonFinding(finding: Finding): Finding {
	const what = finding.what.replace("not valid YAML", "not valid JSON");
	return { ...finding, what };
}

/**
 * Parses JSON that has neither a fault nor a key twice; undefined for any other text. The parser
 * that knows places takes some 50 ms for a file of 25 KB: only a file with findings needs it.
 */
function parseClean(text: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		return countKeys(value) === countKeysOfText(text) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** JSON.parse keeps the last of two keys and is silent: fewer keys than were written tell of it. */
function countKeys(value: unknown): number {
	if (typeof value !== "object" || value === null) return 0;
	const values = Object.values(value);
	const own = Array.isArray(value) ? 0 : values.length;
	return values.reduce<number>((sum, inner) => sum + countKeys(inner), own);
}

function countKeysOfText(text: string): number {
	let count = 0;
	for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*(:)?/g)) {
		if (colon !== undefined) count += 1;
	}
	return count;
}

function lazySource(text: string, file: string, value: unknown): Source {
	let parsed: Source | undefined;
	return {
		file,
		value,
		locate(path, part) {
			parsed ??= parseSource(text, file).source;
			return parsed?.locate(path, part) ?? { file, line: 1, column: 1 };
		},
	};
}
