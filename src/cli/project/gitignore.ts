import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageFile } from "../package.ts";
import { type Change, orNone } from "./change.ts";

/** Plans the lines that keep messages and secrets out of Git: a new `.gitignore`, or the missing lines. Undefined if none is missing. */
export async function planIgnores(folder: string): Promise<Change | undefined> {
	const file = join(folder, ".gitignore");
	const there = await orNone(readFile(file, "utf8"));
	const template = await readFile(packageFile("templates/gitignore"), "utf8");
	const to = ".gitignore";
	if (there === undefined) {
		return {
			to,
			about: "keeps messages and secrets out of Git",
			write: () => writeFile(file, template, { flag: "wx" }),
		};
	}
	const has = new Set(there.split(/\r?\n/).map(toPattern));
	const missing = template
		.split("\n")
		.filter((line) => line !== "" && !line.startsWith("#"))
		.filter((line) => !has.has(toPattern(line)));
	if (missing.length === 0) return undefined;
	const gap = there === "" || there.endsWith("\n") ? "" : "\n";
	return {
		to,
		about: `added ${missing.join(", ")}`,
		write: () => writeFile(file, `${there}${gap}${missing.join("\n")}\n`),
	};
}

// --- helpers ---

/** `/data`, `data` and `data/` ignore the same folder here. */
function toPattern(line: string): string {
	return line.trim().replace(/^\/|\/$/g, "");
}
