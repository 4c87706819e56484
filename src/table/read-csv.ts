import { extname } from "node:path";
import type { Report } from "../finding/report.ts";
import { didYouMean, listWords } from "../finding/suggest.ts";
import type { Steps } from "../turns.ts";
import {
	type CsvRecord,
	parseCsv,
	type Separator,
	separatorOf,
} from "./csv.ts";
import { createRowCollector, toRow } from "./rows.ts";
import type { TableText } from "./source.ts";
import type { Table } from "./table.ts";

/** Reads a table from CSV with a head line. Its values are text. An empty cell is an empty text. */
export function* readCsvTable(
	table: TableText,
	report: Report,
): Steps<Table | undefined> {
	const { name, key, file, label, text } = table;
	const separator: Separator =
		extname(file).toLowerCase() === ".tsv" ? "\t" : separatorOf(text);
	const collector = createRowCollector(
		{ name, keyColumn: key, label, lineOf: (line) => line },
		report,
	);
	let head: Head | undefined;
	let isRight = true;
	let count = 0;
	for (const record of parseCsv(text, separator)) {
		count += 1;
		if (count % ROWS_A_STEP === 0) yield;
		if ("wording" in record) {
			const { wording, line, column } = record;
			isRight = false;
			report.error({ file, line, column }, wording, `${wording.what} ${file}`);
			if (head === undefined) return undefined;
			continue;
		}
		if (head === undefined) {
			head = readHead(record, table, report);
			if (head === undefined) return undefined;
			continue;
		}
		const { columns, keyIndex } = head;
		const { cells, places } = record;
		if (cells.length !== columns.length) {
			isRight = false;
			reportRagged(record, columns, file, report);
			continue;
		}
		const place = places[keyIndex] ?? { line: 1, column: 1 };
		collector.add(
			cells[keyIndex] ?? "",
			toRow(columns, cells),
			place.line,
			() => ({
				file,
				...place,
			}),
		);
	}
	const read = collector.finish(new Set(head?.columns));
	return isRight ? read : undefined;
}

// --- helpers ---

const ROWS_A_STEP = 500;

interface Head {
	readonly columns: readonly string[];
	readonly keyIndex: number;
}

function readHead(
	{ cells, places }: CsvRecord,
	{ key, file }: TableText,
	report: Report,
): Head | undefined {
	const columns = cells.map((cell) => cell.trim());
	let isRight = true;
	for (const [index, column] of columns.entries()) {
		const at = { file, line: 1, column: 1, ...places[index] };
		const first = columns.indexOf(column);
		if (column !== "" && first === index) continue;
		isRight = false;
		report.error(at, {
			what:
				column === ""
					? `column ${index + 1} of the head line has no name`
					: `two columns are called \`${column}\``,
			todo:
				column === ""
					? "name it, or take it out of every line"
					: "give one of them another name",
		});
	}
	const keyIndex = columns.indexOf(key);
	if (keyIndex < 0) {
		const named = columns.filter((column) => column !== "");
		const todo = didYouMean(key, named);
		report.error(
			{ file, line: 1, column: 1, ...places[0] },
			{
				what: `the head line has no column \`${key}\`, which is the \`key\` of the table`,
				expected:
					todo === undefined && named.length > 0 ? listWords(named) : undefined,
				todo,
			},
		);
		return undefined;
	}
	return isRight ? { columns, keyIndex } : undefined;
}

function reportRagged(
	{ cells, places }: CsvRecord,
	columns: readonly string[],
	file: string,
	report: Report,
): void {
	const extra = places[columns.length];
	const count = cells.length === 1 ? "1 value" : `${cells.length} values`;
	report.error(
		{ file, line: 1, column: 1, ...(extra ?? places[0]) },
		{
			what: `this row has ${count}, the head line has ${columns.length}`,
			todo:
				extra === undefined
					? "write every value, also an empty one"
					: "put a value that holds the separator in quotes",
		},
		`ragged ${file}`,
	);
}
