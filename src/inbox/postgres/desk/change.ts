import type { Note, Selection } from "../../port/delivery.ts";
import type { Desk, Released } from "../../port/desk.ts";
import { isUnfinished } from "../../sql/states.ts";
import type { Session } from "../connect/connections.ts";
import { isTaken } from "../connect/faults.ts";
import { WorkDelta } from "../gauge.ts";
import { type Lane, laneLock } from "../queue/lanes.ts";
import { CLOCK, type Database, storable, storableOrNull } from "../sql.ts";
import type { Changed, ChangeTools } from "./changed.ts";
import { addDropped } from "./dropped.ts";
import { addNotes } from "./noting.ts";
import { createRedaction } from "./redact.ts";
import { conditionOf } from "./rows.ts";

/** Creates the commands that change deliveries. Each reports its effects to `apply`. */
export function createChanging(
	tools: ChangeTools,
	apply: (changed: Changed) => void,
): Pick<
	Desk,
	"replay" | "drop" | "release" | "note" | "redact" | "redactState" | "scrub"
> {
	return {
		...createRedaction(tools, apply),
		note: (id, action, note) =>
			tools.database.connections.run("desk", async (session) => {
				const rows = await addNotes(session, tools.database, {
					ids: [id],
					action,
					note,
				});
				return rows > 0;
			}),
		async replay(selection, note) {
			const changed = await replay(tools, selection, note);
			apply(changed);
			return changed.count;
		},
		async drop(selection, note) {
			const changed = await drop(tools, selection, note);
			apply(changed);
			return changed.count;
		},
		async release(id, as, note) {
			const changed = await release(tools, id, as, note);
			if (changed !== undefined) apply(changed);
			return changed !== undefined;
		},
	};
}

// --- helpers ---

function replay(
	tools: ChangeTools,
	selection: Selection,
	note: Note | undefined,
): Promise<Changed> {
	const { database, lanes } = tools;
	const statement = `with ${CLOCK} update ${database.quoted}.delivery d set state = case when order_key is null then 0 else 4 end,
		due = clock.now, updated = clock.now, reason = 'replayed' || coalesce(' after ' || d.reason, '')
		from clock where d.seq = any($2::bigint[]) and ${REPLAYABLE} returning d.id, d.route, d.order_key, d.state, d.size`;
	return each(tools, selection, REPLAYABLE, async (session, seqs) => {
		const rows = await session.query<PickedRow>(statement, [
			database.readClock(),
			seqs,
		]);
		if (note !== undefined) {
			const ids = rows.map(({ id }) => id);
			await addNotes(session, database, { ids, action: "replayed", note });
		}
		const routes = await lanes.reorder(session, lanesOf(rows));
		const free = rows.filter(({ order_key }) => order_key === null);
		return {
			count: rows.length,
			work: workOf(rows, 1),
			routes: new Set([...routes, ...free.map(({ route }) => route)]),
		};
	});
}

function drop(
	tools: ChangeTools,
	selection: Selection,
	note: Note | undefined,
): Promise<Changed> {
	const { database, lanes } = tools;
	const { quoted } = database;
	const statement = `with ${CLOCK}, gone as (
			delete from ${quoted}.delivery d using clock
			where d.seq = any($2::bigint[]) and ${IDLE} returning d.seq, d.id, d.route, d.order_key, d.state, d.size
		), bodies as (delete from ${quoted}.body b using gone where b.seq = gone.seq
		), tries as (delete from ${quoted}.attempt a using gone where a.seq = gone.seq)
		select * from gone`;
	return each(tools, selection, IDLE, async (session, seqs) => {
		const rows = await session.query<PickedRow>(statement, [
			database.readClock(),
			seqs,
		]);
		if (note !== undefined) await addDropped(session, database, rows, note);
		const work = rows.filter(({ state }) => isUnfinished(state));
		return {
			count: rows.length,
			work: workOf(work, -1),
			routes: new Set(await lanes.promote(session, lanesOf(work))),
		};
	});
}

/** Returns undefined if the delivery is not quarantined, or its dedupe key is taken. */
async function release(
	{ database, lanes }: ChangeTools,
	id: string,
	as: Released,
	note: Note | undefined,
): Promise<Changed | undefined> {
	const { schema, quoted, connections, readClock } = database;
	const { orderKey } = as;
	const route = storable(as.route);
	const lane =
		orderKey === undefined ? [] : [{ route, orderKey: storable(orderKey) }];
	const locks = lane.map((one) => laneLock(schema, one));
	try {
		return await connections.transact("desk", locks, async (session) => {
			const rows = await session.query<PickedRow>(
				`with ${CLOCK} update ${quoted}.delivery d set state = $2, route = $3, kind = $4, dedupe_key = $5, order_key = $6,
				due = clock.now + $8::bigint, updated = clock.now, reason = null, budget = null, client = null, doubts = null
				from clock where d.id = $7 and d.state = 5 returning d.route, d.order_key, d.state, d.size`,
				[
					readClock(),
					lane.length === 0 ? 0 : 4,
					route,
					storable(as.kind),
					storableOrNull(as.dedupeKey),
					storableOrNull(orderKey),
					storable(id),
					Math.round(as.delayMs ?? 0),
				],
			);
			if (rows.length === 0) return undefined;
			if (note !== undefined)
				await addNotes(session, database, {
					ids: [id],
					action: "released",
					note,
				});
			const promoted = await lanes.reorder(session, lane);
			const routes = new Set(lane.length === 0 ? [route] : promoted);
			return { count: 1, work: workOf(rows, 1), routes };
		});
	} catch (error) {
		if (isTaken(error)) return undefined;
		throw error;
	}
}

/** Changes a selection, oldest first, in transactions that hold the locks of their lanes. */
async function each(
	{ database }: ChangeTools,
	selection: Selection,
	condition: string,
	change: (session: Session, seqs: readonly number[]) => Promise<Changed>,
): Promise<Changed> {
	const { schema, connections } = database;
	const routes = new Set<string>();
	const work = new WorkDelta();
	let count = 0;
	for (let last = 0; ; ) {
		const max =
			"ids" in selection ? CHUNK : Math.min(CHUNK, selection.max - count);
		if (max <= 0) break;
		const picked = await pick(database, selection, { condition, last, max });
		if (picked.length === 0) break;
		const locks = lanesOf(picked).map((lane) => laneLock(schema, lane));
		const changed = await connections.transact("desk", locks, (session) =>
			change(
				session,
				picked.map(({ seq }) => seq),
			),
		);
		count += changed.count;
		work.addAll(changed.work);
		for (const route of changed.routes) routes.add(route);
		last = picked.at(-1)?.seq as number;
	}
	return { count, work, routes };
}

/** Returns the next deliveries of a selection after `last`. */
function pick(
	{ quoted, connections, readClock }: Database,
	selection: Selection,
	page: {
		readonly condition: string;
		readonly last: number;
		readonly max: number;
	},
): Promise<readonly PickedRow[]> {
	const values: unknown[] = [readClock(), page.last, page.max];
	const chosen =
		"ids" in selection
			? `d.id = any($${values.push(selection.ids.map(storable))}::text[])`
			: conditionOf(quoted, selection.filter, values);
	return connections.run("desk", (session) =>
		session.query<PickedRow>(
			`with ${CLOCK} select d.seq, d.route, d.order_key from ${quoted}.delivery d, clock
			where d.seq > $2 and ${page.condition} and ${chosen} order by d.seq limit $3::bigint`,
			values,
		),
	);
}

/** The maximum number of deliveries in one transaction, which holds a lock for each of their lanes. */
const CHUNK = 250;

/** The condition for deliveries that can be replayed: delivered with its body, or dead. */
const REPLAYABLE = "d.state in (2, 3) and d.is_redacted is not true";

/** The condition for deliveries that nobody works on: not leased, or the lease expired. */
const IDLE = "(d.state <> 1 or d.due <= clock.now)";

interface PickedRow {
	readonly id: string;
	readonly seq: number;
	readonly route: string;
	readonly order_key: string | null;
	readonly state: number;
	readonly size: number;
}

function workOf(rows: readonly PickedRow[], sign: 1 | -1): WorkDelta {
	const work = new WorkDelta();
	for (const { route, size } of rows) work.add(route, sign, sign * size);
	return work;
}

function lanesOf(rows: readonly PickedRow[]): readonly Lane[] {
	return rows.flatMap(({ route, order_key }) =>
		order_key === null ? [] : [{ route, orderKey: order_key }],
	);
}
