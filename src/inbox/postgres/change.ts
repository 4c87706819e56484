import type { Selection } from "../port/delivery.ts";
import type { Released } from "../port/store.ts";
import type { Connections, Session } from "./connections.ts";
import { isTaken } from "./faults.ts";
import { WorkDelta } from "./gauge.ts";
import type { Lanes } from "./lanes.ts";
import { type Lane, laneLock } from "./locks.ts";
import { filterToSql } from "./rows.ts";
import { CLOCK, type ReadClock, storable, storableOrNull } from "./sql.ts";
import { isUnfinished } from "./states.ts";

/** What a command did. */
export interface Changed {
	readonly count: number;
	/** What it does to the unfinished work. */
	readonly work: WorkDelta;
	/** Routes with work that can be taken now. */
	readonly routes: ReadonlySet<string>;
}

/** What a person does with deliveries. */
export interface Changing {
	replay(selection: Selection): Promise<Changed>;
	drop(selection: Selection): Promise<Changed>;
	/** Undefined where it is refused. */
	release(id: string, as: Released): Promise<Changed | undefined>;
}

/** @param schema the schema's name, not quoted */
export function createChanging(
	schema: string,
	connections: Connections,
	readClock: ReadClock,
	lanes: Lanes,
): Changing {
	const table = `"${schema}".delivery`;

	/** Goes through a selection from the oldest on, in transactions that hold the locks of their lanes. */
	const each = async (
		selection: Selection,
		condition: string,
		change: (session: Session, seqs: readonly number[]) => Promise<Changed>,
	): Promise<Changed> => {
		const routes = new Set<string>();
		let count = 0;
		const work = new WorkDelta();
		for (let last = 0; ; ) {
			const max =
				"ids" in selection ? CHUNK : Math.min(CHUNK, selection.max - count);
			if (max <= 0) break;
			const values: unknown[] = [readClock(), last, max];
			const chosen =
				"ids" in selection
					? `d.id = any($${values.push(selection.ids.map(storable))}::text[])`
					: filterToSql(selection.filter, values);
			const picked = await connections.run("desk", (session) =>
				session.query<PickedRow>(
					`with ${CLOCK} select d.seq, d.route, d.order_key from ${table} d, clock
					where d.seq > $2 and ${condition} and ${chosen} order by d.seq limit $3::bigint`,
					values,
				),
			);
			if (picked.length === 0) break;
			const locks = lanesOf(picked).map((lane) => laneLock(schema, lane));
			const changed = await connections.transact("desk", locks, (session) =>
				change(
					session,
					picked.map(({ seq }) => seq),
				),
			);
			count += changed.count;
			for (const [route, sum] of changed.work.routes)
				work.add(route, sum.count, sum.bytes);
			for (const route of changed.routes) routes.add(route);
			last = picked.at(-1)?.seq as number;
		}
		return { count, work, routes };
	};

	return {
		replay: (selection) =>
			each(selection, REPLAYABLE, async (session, seqs) => {
				const rows = await session.query<PickedRow>(
					`with ${CLOCK} update ${table} d set state = case when order_key is null then 0 else 4 end,
					due = clock.now, updated = clock.now, reason = 'replayed' || coalesce(' after ' || d.reason, '')
					from clock where d.seq = any($2::bigint[]) and ${REPLAYABLE} returning d.route, d.order_key, d.state, d.size`,
					[readClock(), seqs],
				);
				const routes = await lanes.reorder(session, lanesOf(rows));
				const free = rows.filter(({ order_key }) => order_key === null);
				return {
					count: rows.length,
					work: workOf(rows, 1),
					routes: new Set([...routes, ...free.map(({ route }) => route)]),
				};
			}),
		drop: (selection) =>
			each(selection, UNHELD, async (session, seqs) => {
				const rows = await session.query<PickedRow>(
					`with ${CLOCK}, gone as (
						delete from ${table} d using clock
						where d.seq = any($2::bigint[]) and ${UNHELD} returning d.seq, d.route, d.order_key, d.state, d.size
					), bodies as (delete from "${schema}".body b using gone where b.seq = gone.seq
					), tries as (delete from "${schema}".attempt a using gone where a.seq = gone.seq)
					select * from gone`,
					[readClock(), seqs],
				);
				const work = rows.filter(({ state }) => isUnfinished(state));
				return {
					count: rows.length,
					work: workOf(work, -1),
					routes: new Set(await lanes.promote(session, lanesOf(work))),
				};
			}),
		async release(id, as) {
			const { orderKey } = as;
			const route = storable(as.route);
			const lane =
				orderKey === undefined ? [] : [{ route, orderKey: storable(orderKey) }];
			const locks = lane.map((one) => laneLock(schema, one));
			try {
				return await connections.transact("desk", locks, async (session) => {
					const rows = await session.query<PickedRow>(
						`with ${CLOCK} update ${table} d set state = $2, route = $3, kind = $4, dedupe_key = $5, order_key = $6,
						due = clock.now, updated = clock.now, reason = null, budget = null, client = null, doubts = null
						from clock where d.id = $7 and d.state = 5 returning d.route, d.order_key, d.state, d.size`,
						[
							readClock(),
							lane.length === 0 ? 0 : 4,
							route,
							storable(as.kind),
							storableOrNull(as.dedupeKey),
							storableOrNull(orderKey),
							storable(id),
						],
					);
					if (rows.length === 0) return undefined;
					const promoted = await lanes.reorder(session, lane);
					const routes = new Set(lane.length === 0 ? [route] : promoted);
					return { count: 1, work: workOf(rows, 1), routes };
				});
			} catch (error) {
				if (isTaken(error)) return undefined;
				throw error;
			}
		},
	};
}

// --- helpers ---

/** Deliveries of one transaction: it holds a lock for each of their lanes. */
const CHUNK = 250;

/** Delivered with its body, or dead. */
const REPLAYABLE = "d.state in (2, 3)";

/** Nobody works on it: a lease that ran out holds nothing. */
const UNHELD = "(d.state <> 1 or d.due <= clock.now)";

interface PickedRow {
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
