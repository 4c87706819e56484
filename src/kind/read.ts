import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Finding } from "../finding/finding.ts";
import { parseJson } from "../finding/json.ts";
import type { Source } from "../finding/located.ts";
import { parseSource } from "../finding/source.ts";

/** The file names of schemas. Files that end in `.schema.json` are for editors and are not kinds. */
const SCHEMA_FILE = /\.(json|ya?ml)$/;

/** Returns true for a file of a `schemas/` folder that contains a kind. */
export function isKindFile(name: string): boolean {
	return (
		SCHEMA_FILE.test(name) &&
		!/\.schema\.[a-z]+$/.test(name) &&
		!name.startsWith(".")
	);
}

/** Returns the `$id` if it is a plain name, else the file's base name without extensions. */
export function nameOf(file: string, id: unknown): string {
	const isPlain = typeof id === "string" && /^[A-Za-z0-9][\w.-]*$/.test(id);
	return (isPlain ? id : basename(file))
		.replace(SCHEMA_FILE, "")
		.replace(/\.schema$/, "");
}

/** Reads a JSON or YAML file. A file that cannot be read is a finding. */
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
	return file.endsWith(".json")
		? parseJson(text, file)
		: parseSource(text, file);
}
