import type { PluginTable, PluginTables } from "../../plugin/define.ts";
import type { Row, Table } from "../../table/table.ts";

/** Creates the tables of a configuration for plugins, which can only look rows up. */
export function createPluginTables(
	tables: ReadonlyMap<string, Table>,
): PluginTables {
	const byName: Record<string, PluginTable> = Object.create(null);
	for (const [name, { rows }] of tables) byName[name] = toPluginTable(rows);
	return Object.freeze(byName);
}

// --- helpers ---

function toPluginTable(rows: ReadonlyMap<string, Row>): PluginTable {
	return Object.freeze({
		size: rows.size,
		has: (key: string) => rows.has(key),
		get(key: string) {
			const row = rows.get(key);
			// Templates and other plugins read the same row.
			return row && Object.freeze(row);
		},
		keys: () => rows.keys(),
	});
}
