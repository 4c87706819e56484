import type { Finding } from "./finding.ts";
import type { Source } from "./located.ts";
import { parseSource } from "./source.ts";

/**
 * Parses JSON like `parseSource` parses YAML. The parser with positions takes about 50 ms for 25 KB, so it is only used for a
 * text with findings.
 */
export function parseJson(
	text: string,
	file: string,
): { source: Source | undefined; findings: readonly Finding[] } {
	const value = parseClean(text);
	if (value !== undefined) {
		return { source: lazySource(text, file, value), findings: [] };
	}
	return parseSource(text, file);
}

// --- helpers ---

/** Parses JSON without syntax errors and duplicate keys. Returns undefined for any other text. */
function parseClean(text: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		return countKeys(value) === countKeysOfText(text) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** Counts the keys of a value. JSON.parse silently keeps the last of two equal keys, so the text may have more. */
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
