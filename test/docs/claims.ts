import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** A row of a table, under the heading of its section. */
export interface ClaimRow {
	readonly section: string;
	/** The first cell, which names the row. */
	readonly name: string;
	readonly cells: readonly string[];
}

/** A test that proves a row. */
export interface Proof {
	/** The path from `test/`, without its ending. */
	readonly file: string;
	/** The title, with `…` where the test fills in a value. */
	readonly title: string;
}

/** The proofs of a page: by section, then by the name of the row. */
export type Proofs = Readonly<
	Record<string, Readonly<Record<string, readonly Proof[]>>>
>;

/** Reads every row of every table of a page, by its path from the root. */
export function readRows(page: string): readonly ClaimRow[] {
	const rows: ClaimRow[] = [];
	let section = "";
	let isInTable = false;
	for (const line of read(`../../${page}`).split("\n")) {
		const isRow = line.startsWith("|");
		if (line.startsWith("## ")) section = line.slice(3);
		else if (isRow && isInTable && !/^\|[-|]+\|$/.test(line)) {
			const cells = cellsOf(line);
			rows.push({ section, name: cells[0] ?? "", cells });
		}
		isInTable = isRow;
	}
	return rows;
}

/** Reads the proofs of a page, by its path from the root. */
export function readProofs(file: string): Proofs {
	return parse(read(`../../${file}`)) as Proofs;
}

/** Reads the titles of the tests in a file. A missing file has none. */
export function titlesOf(file: string): ReadonlySet<string> {
	let text: string;
	try {
		text = read(`../${file}.ts`);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
		return new Set();
	}
	// A skipped test is `it.skip(`, and proves nothing.
	const titles = [...text.matchAll(TITLE)].map(([, , title = ""]) =>
		title.replace(/\$\{[^}]*\}/g, "…").replace(/\\(.)/g, "$1"),
	);
	return new Set(titles);
}

// --- helpers ---

const TITLE = /\bit\(\s*(["`])((?:\\.|(?!\1)[^\\])*)\1/g;

function read(path: string): string {
	return readFileSync(new URL(path, import.meta.url), "utf8");
}

function cellsOf(line: string): readonly string[] {
	return line
		.split("|")
		.slice(1, -1)
		.map((cell) => cell.trim());
}
