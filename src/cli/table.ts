import { blankHidden } from "../observe/plain-text.ts";

/**
 * Writes rows as aligned columns, two spaces apart; the first row is the head. Lines do not end in spaces, and no cell has a line
 * break or anything else that a terminal would obey.
 */
export function formatTable(given: readonly (readonly string[])[]): string[] {
	const rows = given.map((row) => row.map(blankHidden));
	const widths: number[] = [];
	for (const row of rows) {
		for (const [column, cell] of row.entries()) {
			widths[column] = Math.max(widths[column] ?? 0, cell.length);
		}
	}
	return rows.map((row) =>
		row
			.map((cell, column) => cell.padEnd(widths[column] ?? 0))
			.join("  ")
			.trimEnd(),
	);
}
