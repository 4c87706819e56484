import { defineField } from "../event/define-field.ts";
import type { Position } from "../finding/finding.ts";
import type { Report } from "../finding/report.ts";
import type { Row, Table } from "./table.ts";

/** Collects the rows of a table by key. Invalid rows become findings. */
export interface RowCollector {
	/** Adds a row. `number` is the argument of `lineOf`. `at` returns the position of its key. Both are only used for a finding. */
	add(key: string, row: Row, number: number, at: () => Position): void;
	/** Returns the table. Undefined if a row could not be added. */
	finish(columns: ReadonlySet<string>): Table | undefined;
}

/** The table that a collector fills. */
export interface CollectorOptions {
	readonly name: string;
	readonly keyColumn: string;
	/** The name of its file in findings. */
	readonly label: string;
	/** Returns the line of an earlier row by its number. */
	lineOf(number: number): number;
}

/** Creates the collector of one table. */
export function createRowCollector(
	{ name, keyColumn, label, lineOf }: CollectorOptions,
	report: Report,
): RowCollector {
	const rows = new Map<string, Row>();
	const numbers = new Map<string, number>();
	let isRight = true;
	return {
		add(key, row, number, at) {
			if (key === "") {
				isRight = false;
				report.error(
					at(),
					{
						what: `a row has no key: its \`${keyColumn}\` is empty`,
						todo: "fill it in, or take the row out",
					},
					`no key ${label} ${name}`,
				);
				return;
			}
			const first = numbers.get(key);
			if (first !== undefined) {
				isRight = false;
				report.error(
					at(),
					{
						what: `the key ${JSON.stringify(key)} is there twice, first in line ${lineOf(first)}`,
						todo: "keep one of the two rows",
					},
					`twice ${label} ${name}`,
				);
				return;
			}
			if (key.trim() !== key) {
				report.warn(
					at(),
					{
						what: `the key ${JSON.stringify(key)} has blanks around it, which count`,
						todo: "take them out",
					},
					`blanks ${label} ${name}`,
				);
			}
			numbers.set(key, number);
			rows.set(key, row);
		},
		finish: (columns) => (isRight ? { name, rows, columns } : undefined),
	};
}

/** Creates a row from the cells of a record. */
export function toRow(
	columns: readonly string[],
	cells: readonly string[],
): Row {
	const row: Record<string, unknown> = {};
	for (const [index, column] of columns.entries()) {
		defineField(row, column, cells[index]);
	}
	return row;
}
