import { readFileSync } from "node:fs";

/** A table row of `docs/seed.md`, cell by heading. */
export type PageRow = Readonly<Record<string, string>>;

/** Reads every row of every table of `docs/seed.md`. */
export function readPage(): readonly PageRow[] {
	const text = readFileSync(
		new URL("../../docs/seed.md", import.meta.url),
		"utf8",
	);
	const rows: PageRow[] = [];
	let heads: readonly string[] | undefined;
	for (const line of text.split("\n")) {
		if (!line.startsWith("|")) {
			heads = undefined;
		} else if (heads === undefined) {
			heads = cellsOf(line);
		} else if (!/^\|[-|]+\|$/.test(line)) {
			const cells = cellsOf(line);
			const named = heads.map((head, at) => [head, cells[at] ?? ""] as const);
			rows.push(Object.fromEntries(named));
		}
	}
	return rows;
}

/** What stands between backticks in a cell. */
export function codesOf(cell = ""): string[] {
	return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string);
}

// --- helpers ---

function cellsOf(line: string): readonly string[] {
	return line
		.split("|")
		.slice(1, -1)
		.map((cell) => cell.trim());
}
