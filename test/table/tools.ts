import { formatFinding } from "../../src/finding/finding.ts";
import { createReport } from "../../src/finding/report.ts";
import { readTable } from "../../src/table/read.ts";
import type { Table } from "../../src/table/table.ts";
import { atOnce } from "../../src/turns.ts";

/** A table that was read, and the findings as they are printed. */
export interface ReadOnce {
	readonly table: Table | undefined;
	readonly findings: readonly string[];
}

/** Reads a text as a table with the key `number`. */
export function read(
	file: string,
	text: string | Uint8Array,
	key = "number",
): ReadOnce {
	const report = createReport();
	const bytes = typeof text === "string" ? Buffer.from(text) : text;
	const table = atOnce(
		readTable({ name: "tenants", key, file, label: file, bytes }, report),
	);
	return { table, findings: report.list([file]).map(formatFinding) };
}

/** The rows of a table without a finding. */
export function rowsOf(file: string, text: string | Uint8Array): unknown {
	const { table, findings } = read(file, text);
	if (table === undefined || findings.length > 0)
		throw new Error(findings.join("\n"));
	return Object.fromEntries(table.rows);
}
