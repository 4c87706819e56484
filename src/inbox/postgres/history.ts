import {
	type Cells,
	COARSEST,
	describeMark,
	HISTORY_TIERS,
	type History,
	type HistoryBatch,
	type HistoryMark,
	type HistoryRow,
	isShared,
	MARKS_KEPT_MS,
	MARKS_MAX,
	mergeCells,
	type NewMark,
	type Release,
	SAME_MARK_MS,
	stepOf,
} from "../port/history.ts";
import { packCells, unpackCells } from "../sql/cells.ts";
import type { Session } from "./connect/connections.ts";
import { lockOf } from "./queue/lanes.ts";
import { CLOCK, type Database, storable } from "./sql.ts";

/** Creates the history. A lock lets one router write at a time, because rows are read, merged and written back. */
export function createHistory(database: Database): History {
	const { schema, quoted, connections } = database;
	const lock = lockOf(schema, "history");
	return {
		addHistory: (batch) =>
			connections.transact("desk", [lock], async (session) => {
				const now = await readNow(session, database);
				if (batch.rows.length > 0)
					await addRows(session, quoted, { ...batch, now });
				for (const mark of batch.marks)
					await addMark(session, quoted, mark, now - batch.agoMs);
				return now;
			}),
		readHistory: ({ routes, stepMs, from, to }) =>
			connections.run("desk", async (session) => {
				const now = await readNow(session, database);
				const rows = await session.query<RawRow>(
					`select route, at, cells from ${quoted}.history
					where step = $1 and route = any($2::text[]) and at >= $3 and at < $4 order by route, at`,
					[
						stepMs,
						routes.map(storable),
						Math.floor(from),
						Math.min(Math.ceil(to), FOREVER),
					],
				);
				return {
					now,
					rows: rows.map(toRow),
					marks: await readMarks(session, quoted, from, to),
				};
			}),
		readTotals: (from) =>
			connections.run("desk", async (session) => {
				const rows = await session.query<RawRow>(
					`select route, 0 as at, cells from ${quoted}.history where step = $1 and at >= $2`,
					[COARSEST.stepMs, Math.floor(from)],
				);
				const totals = new Map<string, Cells>();
				for (const { route, cells } of rows.map(toRow))
					totals.set(route, mergeCells(totals.get(route) ?? [], cells));
				return [...totals]
					.map(([route, cells]) => ({ route, cells }))
					.sort((one, other) => (one.route < other.route ? -1 : 1));
			}),
	};
}

/** Removes the rows and marks whose time is over. */
export async function pruneHistory({
	quoted,
	connections,
	readClock,
}: Database): Promise<void> {
	await connections.run("desk", async (session) => {
		await session.query(
			`with ${CLOCK} delete from ${quoted}.history h using clock, unnest($2::integer[], $3::bigint[]) tier(step, kept)
			where h.step = tier.step and h.at < clock.now - tier.kept`,
			[
				readClock(),
				HISTORY_TIERS.map(({ stepMs }) => stepMs),
				HISTORY_TIERS.map(({ keptMs }) => keptMs),
			],
		);
		await session.query(
			`with ${CLOCK} delete from ${quoted}.mark using clock where at < clock.now - $2::bigint
			and number < coalesce((select max(number) from ${quoted}.mark where fingerprint is not null), 0)`,
			[readClock(), MARKS_KEPT_MS],
		);
	});
}

// --- helpers ---

/** The greatest time of a JavaScript date. */
const FOREVER = 8.64e15;

interface RawRow {
	readonly route: string;
	readonly at: number;
	readonly cells: Uint8Array;
}

function toRow({ route, at, cells }: RawRow): HistoryRow {
	return { route, at, cells: unpackCells(cells) };
}

/** The driver takes no list of bytes, but the text form of each (postgresql.org/docs/current/datatype-binary.html). */
function toHex(cells: Cells): string {
	return `\\x${Buffer.from(packCells(cells)).toString("hex")}`;
}

async function readNow(
	session: Session,
	{ readClock }: Database,
): Promise<number> {
	const [row] = await session.query<{ now: number }>(
		{ name: "clock", text: `with ${CLOCK} select now from clock` },
		[readClock()],
	);
	return row?.now ?? Date.now();
}

async function addRows(
	session: Session,
	schema: string,
	{
		agoMs,
		rows,
		now,
	}: Pick<HistoryBatch, "agoMs" | "rows"> & { readonly now: number },
): Promise<void> {
	const added = HISTORY_TIERS.flatMap(({ stepMs }) =>
		rows.map(({ route, cells }) => ({
			step: stepMs,
			route: storable(route),
			at: stepOf(now, agoMs, stepMs),
			cells,
		})),
	);
	const keys = [
		added.map(({ step }) => step),
		added.map(({ route }) => route),
		added.map(({ at }) => at),
	];
	const known = await session.query<RawRow & { readonly step: number }>(
		`select h.step, h.route, h.at, h.cells from ${schema}.history h
		join unnest($1::integer[], $2::text[], $3::bigint[]) g(step, route, at) using (step, route, at)`,
		keys,
	);
	const before = new Map(
		known.map(({ step, route, cells }) => [
			`${step} ${route}`,
			unpackCells(cells),
		]),
	);
	await session.query(
		`insert into ${schema}.history (step, route, at, cells)
		select * from unnest($1::integer[], $2::text[], $3::bigint[], $4::bytea[])
		on conflict (step, route, at) do update set cells = excluded.cells`,
		[
			...keys,
			added.map(({ step, route, cells }) =>
				toHex(mergeCells(before.get(`${step} ${route}`) ?? [], cells)),
			),
		],
	);
}

async function addMark(
	session: Session,
	schema: string,
	mark: NewMark,
	at: number,
): Promise<void> {
	const [last] = await session.query<Release>(
		`select version, fingerprint from ${schema}.mark where fingerprint is not null order by number desc limit 1`,
		[],
	);
	const { router, release } = mark;
	const { kind, text } = describeMark(mark, last);
	await session.query(
		`insert into ${schema}.mark (at, kind, text, router, version, fingerprint)
		select $1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text where not exists (
			select from ${schema}.mark where at > $1::bigint - $7::bigint and at <= $1::bigint + $7::bigint
			and kind = $2::text and text = $3::text and router <> $4::text)`,
		[
			Math.round(at),
			kind,
			storable(text),
			storable(router),
			release?.version ?? null,
			release?.fingerprint ?? null,
			isShared({ kind }) ? SAME_MARK_MS : -1,
		],
	);
}

async function readMarks(
	session: Session,
	schema: string,
	from: number,
	to: number,
): Promise<readonly HistoryMark[]> {
	const rows = await session.query<HistoryMark>(
		`select at, kind, text from ${schema}.mark where at >= $1 and at < $2 order by at desc, number desc limit $3`,
		[Math.floor(from), Math.min(Math.ceil(to), FOREVER), MARKS_MAX],
	);
	return [...rows].reverse();
}
