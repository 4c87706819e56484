import { readFileSync } from "node:fs";

/** A row of a table: cell by heading. */
export type ClaimRow = Readonly<Record<string, string>>;

/** A test that a page names as the proof of a row. */
export interface Proof {
	/** The path from `test/`, without its ending. */
	readonly file: string;
	/** The title, with `…` where the test fills in a value. */
	readonly title: string;
}

/** Reads every row of every table of a page, by its path from the root. */
export function readRows(page: string): readonly ClaimRow[] {
	const rows: ClaimRow[] = [];
	let heads: readonly string[] | undefined;
	for (const line of read(`../../${page}`).split("\n")) {
		if (!line.startsWith("|")) heads = undefined;
		else if (heads === undefined) heads = cellsOf(line);
		else if (!/^\|[-|]+\|$/.test(line)) {
			const cells = cellsOf(line);
			const named = heads.map((head, at) => [head, cells[at] ?? ""] as const);
			rows.push(Object.fromEntries(named));
		}
	}
	return rows;
}

/** The proofs of a cell: `file` and title, each behind a line break. Throws for a cell of another form. */
export function proofsOf(cell: string): readonly Proof[] {
	return cell.split("<br>").map((text) => {
		const [, file, title] = /^`([^`]+)` (.+)$/.exec(text.trim()) ?? [];
		if (file === undefined || title === undefined)
			throw new Error(`no file and title: ${text}`);
		return { file, title };
	});
}

/** The titles of the tests that a file runs; none for a file that is not there. */
export function titlesOf(file: string): ReadonlySet<string> {
	let text: string;
	try {
		text = read(`../${file}.ts`);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
		return new Set();
	}
	// What is skipped is `it.skip(`, and proves nothing.
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
