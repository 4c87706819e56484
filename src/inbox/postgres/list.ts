import type { DeliveryFilter } from "../port/delivery.ts";
import type { Desk } from "../port/desk.ts";
import { type RawRow, toContent, toDeliveryRow } from "../sql/rows.ts";
import type { Session } from "./connections.ts";
import {
	conditionOf,
	PAYLOAD_COLUMNS,
	ROW_COLUMNS,
	type WholeRow,
} from "./rows.ts";
import type { Database } from "./sql.ts";

/**
 * Creates the lists of the desk, newest first. A filter without an index reads the table in windows in the order of arrival, so that
 * neither a wrong estimate of the planner nor a rare match makes one statement read all of it.
 */
export function createListing({
	quoted: schema,
	connections,
}: Database): Pick<Desk, "list" | "scan"> {
	return {
		list: (filter, { after, max }) =>
			connections.run("desk", async (session) => {
				const { first, end } = await endsOf(session, schema, after);
				const rows: RawRow[] = [];
				let upTo = end;
				while (rows.length <= max && upTo > first) {
					const from = startOf(filter, upTo);
					const asked = { filter, from, upTo, max: max + 1 - rows.length };
					rows.push(...(await select(session, schema, asked)));
					upTo = from;
				}
				const shown = rows.slice(0, max);
				return {
					rows: shown.map(toDeliveryRow),
					next: rows.length > max ? String(shown.at(-1)?.seq) : undefined,
				};
			}),
		scan: (filter, after) =>
			connections.run("desk", async (session) => {
				const { first, end } = await endsOf(session, schema, after);
				if (end <= first) return { rows: [], next: undefined };
				const from = startOf(filter, end);
				const asked = { filter, from, upTo: end, max: SCAN_ROWS };
				const found = await select(session, schema, asked);
				const rows = await withContent(session, schema, found);
				const isFull = found.length === SCAN_ROWS;
				const next = isFull ? (found.at(-1)?.seq ?? 0) : from;
				return {
					rows: rows.map(toContent),
					next: next > first ? String(next) : undefined,
				};
			}),
	};
}

// --- helpers ---

/** Rows in the order of arrival that one statement examines: some milliseconds. */
const WINDOW = 20_000;

/** The number of deliveries of a part of a scan. */
const SCAN_ROWS = 250;

/** Bounds of a list: the first row, and the row before which it goes on. */
interface Ends {
	readonly first: number;
	readonly end: number;
}

/** An invalid cursor means the end. */
async function endsOf(
	session: Session,
	schema: string,
	after: string | undefined,
): Promise<Ends> {
	const [row] = await session.query<{
		first: number | null;
		last: number | null;
	}>(
		`select (select min(seq) from ${schema}.delivery) as first, (select max(seq) from ${schema}.delivery) as last`,
		[],
	);
	const { first, last } = row ?? {};
	if (first === null || first === undefined) return { first: 0, end: 0 };
	const before = Number(after ?? Number.MAX_SAFE_INTEGER);
	const end = Math.min(
		Number.isSafeInteger(before) ? before : 0,
		(last ?? 0) + 1,
	);
	return { first, end };
}

/** Dead and quarantined ones have an index of their own, and a key has few deliveries. */
function startOf({ states, dedupeKey }: DeliveryFilter, upTo: number): number {
	const isParked =
		states?.every((state) => state === "dead" || state === "quarantined") ??
		false;
	return isParked || dedupeKey !== undefined ? 0 : upTo - WINDOW;
}

function select(
	session: Session,
	schema: string,
	{
		filter,
		from,
		upTo,
		max,
	}: {
		readonly filter: DeliveryFilter;
		readonly from: number;
		readonly upTo: number;
		readonly max: number;
	},
): Promise<readonly RawRow[]> {
	const values: unknown[] = [from, upTo, max];
	const conditions = conditionOf(filter, values);
	return session.query<RawRow>(
		`select ${ROW_COLUMNS} from ${schema}.delivery d where d.seq >= $1::bigint and d.seq < $2::bigint and ${conditions}
		order by d.seq desc limit $3::bigint`,
		values,
	);
}

async function withContent(
	session: Session,
	schema: string,
	rows: readonly RawRow[],
): Promise<readonly WholeRow[]> {
	if (rows.length === 0) return [];
	const payloads = await session.query<
		Pick<WholeRow, "seq" | "envelope" | "body" | "answer">
	>(
		`select b.seq, ${PAYLOAD_COLUMNS} from ${schema}.body b where b.seq = any($1::bigint[])`,
		[rows.map(({ seq }) => seq)],
	);
	const bySeq = new Map(payloads.map((one) => [one.seq, one]));
	// A row that was dropped meanwhile has no payload any more.
	return rows.flatMap((row) => {
		const payload = bySeq.get(row.seq);
		return payload === undefined ? [] : [{ ...row, ...payload }];
	});
}
