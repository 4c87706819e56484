import { readFile } from "node:fs/promises";
import type { Finding } from "../finding/finding.ts";

/** Reads the files that findings are about, for the frames. A file that cannot be read is left out. */
export async function readSources(
	findings: readonly Finding[],
): Promise<ReadonlyMap<string, string>> {
	const sources = new Map<string, string>();
	const files = new Set(findings.filter(hasFrame).map(({ file }) => file));
	for (const file of files) {
		const text = await readText(file);
		if (text !== undefined) sources.set(file, text);
	}
	return sources;
}

// --- helpers ---

/** Returns true for a finding about a whole plugin. It is at the plugin's start, where a frame would not help. */
function hasFrame({ file, line, column }: Finding): boolean {
	return line > 1 || column > 1 || /\.(?:ya?ml|json)$/i.test(file);
}

/** Reads the text of a file. Undefined if it cannot be read, for example if it is missing. */
async function readText(file: string): Promise<string | undefined> {
	try {
		return await readFile(file, "utf8");
	} catch {
		return undefined;
	}
}
