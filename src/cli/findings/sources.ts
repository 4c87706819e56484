import { readFile } from "node:fs/promises";
import type { Finding } from "../../finding/finding.ts";

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

/** A finding about a whole plugin stands at its beginning, where there is nothing to see. */
function hasFrame({ file, line, column }: Finding): boolean {
	return line > 1 || column > 1 || /\.(?:ya?ml|json)$/i.test(file);
}

/** The text of a file; undefined where it cannot be read, as when it is the one that is missing. */
async function readText(file: string): Promise<string | undefined> {
	try {
		return await readFile(file, "utf8");
	} catch {
		return undefined;
	}
}
