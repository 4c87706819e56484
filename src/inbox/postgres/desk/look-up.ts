import { childPrefixOf } from "../../port/child.ts";
import type { Desk } from "../../port/desk.ts";
import { LAST, type RawRow, toDeliveryRow } from "../../sql/rows.ts";
import { type Database, storable } from "../sql.ts";
import { conditionOf, ROW_COLUMNS } from "./rows.ts";

/** Creates the part of the desk that finds deliveries by the start of an id, by their parent, and by the time of their change. */
export function createLookUp({
	quoted: schema,
	connections,
}: Database): Pick<Desk, "find" | "children" | "changes"> {
	return {
		find: (prefix, max) =>
			connections.run("desk", async (session) => {
				const rows = await session.query<RawRow>(
					`select ${ROW_COLUMNS} from ${schema}.delivery d where d.id >= $1 and d.id < $2 order by d.id limit $3::bigint`,
					[storable(prefix), `${storable(prefix)}${LAST}`, max],
				);
				return rows.map(toDeliveryRow);
			}),
		children: (parents) =>
			connections.run("desk", async (session) => {
				const rows = await session.query<RawRow>(
					`select ${ROW_COLUMNS} from unnest($1::text[]) g(prefix)
					cross join lateral (select * from ${schema}.delivery c where c.id >= g.prefix and c.id < g.prefix || $2) d order by d.id`,
					[parents.map((id) => storable(childPrefixOf(id))), LAST],
				);
				return rows.map(toDeliveryRow);
			}),
		changes: (filter, since, max) =>
			connections.run("desk", async (session) => {
				const values: unknown[] = [since, max];
				const conditions = conditionOf(schema, filter, values);
				const parts = CHANGED.map(
					(part) =>
						`(select ${ROW_COLUMNS} from ${schema}.delivery d where ${part} and d.updated >= $1::bigint and ${conditions} order by d.updated, d.seq limit $2::bigint)`,
				);
				const rows = await session.query<RawRow>(
					`select * from (${parts.join(" union all ")}) changed order by updated_at, seq limit $2::bigint`,
					values,
				);
				return rows.map(toDeliveryRow);
			}),
	};
}

// --- helpers ---

/**
 * The parts of the table that have an index of their own. No index contains only the time of a change, because every change
 * would have to update it.
 */
const CHANGED = [
	"d.state = 2",
	"d.state = 3",
	"d.state = 6",
	"d.state = 0",
	"d.state = 1",
	"d.state = 4",
	"d.state = 5",
];
