import { blankHidden } from "../observe/plain-text.ts";

/**
 * Writes rows as aligned columns, two spaces apart. The first row is the head. Lines have no trailing spaces, and no cell
 * contains a line break or a control character.
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
