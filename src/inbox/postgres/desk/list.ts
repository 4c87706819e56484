import type { DeliveryFilter } from "../../port/delivery.ts";
import type { Desk } from "../../port/desk.ts";
import { type RawRow, toContent, toDeliveryRow } from "../../sql/rows.ts";
import type { Session } from "../connect/connections.ts";
import type { Database } from "../sql.ts";
import {
	conditionOf,
	PAYLOAD_COLUMNS,
	ROW_COLUMNS,
	type WholeRow,
} from "./rows.ts";

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
				const { rows } = await read(session, schema, {
					filter,
					from: first,
					upTo: end,
					max: max + 1,
				});
				const shown = rows.slice(0, max);
				return {
					rows: shown.map(toDeliveryRow),
					next: rows.length > max ? String(shown.at(-1)?.seq) : undefined,
				};
			}),
		scan: (filter, after) =>
			connections.run("desk", async (session) => {
				const { first, end } = await endsOf(session, schema, after);
				const part = await read(session, schema, {
					filter,
					from: isNarrow(filter) ? first : Math.max(first, end - WINDOW),
					upTo: end,
					max: SCAN_ROWS,
				});
				const rows = await withContent(session, schema, part.rows);
				return {
					rows: rows.map(toContent),
					next: part.upTo > first ? String(part.upTo) : undefined,
				};
			}),
	};
}

// --- helpers ---

/** Rows in the order of arrival that one statement examines: some milliseconds. */
const WINDOW = 20_000;

/** The rows of the first window, which suffice for a common match: without statistics, the planner reads and sorts a whole window. */
const FIRST_WINDOW = 1000;

/** The factor by which each window is larger than the one before. */
const GROWTH = 4;

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

/** The rows from `from` on and before `upTo` that match, the newest `max` of them. */
interface Part {
	readonly filter: DeliveryFilter;
	readonly from: number;
	readonly upTo: number;
	readonly max: number;
}

/** Reads a part, in windows that grow. The returned `upTo` is the row before which nothing was examined. */
async function read(
	session: Session,
	schema: string,
	{ filter, from, upTo: end, max }: Part,
): Promise<{ readonly rows: readonly RawRow[]; readonly upTo: number }> {
	const rows: RawRow[] = [];
	let upTo = end;
	let window = isNarrow(filter) ? end - from : FIRST_WINDOW;
	while (upTo > from) {
		const start = Math.max(from, upTo - window);
		const asked = { filter, from: start, upTo, max: max - rows.length };
		rows.push(...(await select(session, schema, asked)));
		if (rows.length === max) return { rows, upTo: rows.at(-1)?.seq ?? start };
		upTo = start;
		window = Math.min(window * GROWTH, WINDOW);
	}
	return { rows, upTo };
}

/** Dead and quarantined ones have an index of their own, and a key has few deliveries. */
function isNarrow({ states, dedupeKey }: DeliveryFilter): boolean {
	const isParked =
		states?.every((state) => state === "dead" || state === "quarantined") ??
		false;
	return isParked || dedupeKey !== undefined;
}

function select(
	session: Session,
	schema: string,
	{ filter, from, upTo, max }: Part,
): Promise<readonly RawRow[]> {
	const values: unknown[] = [from, upTo, max];
	const conditions = conditionOf(schema, filter, values);
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
