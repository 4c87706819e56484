import type { Amount, DeliveryState, InboxStats } from "../port/delivery.ts";
import { DELIVERY_STATES } from "../port/delivery.ts";
import { ROW_BYTES } from "../port/room.ts";
import type { InboxStore } from "../port/store.ts";
import type { Connections, Session } from "./connections.ts";
import { type Counted, WorkDelta } from "./gauge.ts";
import {
	type AttemptRow,
	filterToSql,
	ROW_COLUMNS,
	type Row,
	toDelivery,
	toDetail,
	type WholeRow,
} from "./rows.ts";
import { storable } from "./sql.ts";
import { isUnfinished, nameOf, STATE } from "./states.ts";

/** What a person looks at. */
export type Reading = Pick<InboxStore, "get" | "list" | "stats" | "export"> & {
	/** Counts the unfinished work and the quarantine, in the small indexes that hold nothing else. */
	count(): Promise<Counted>;
	/** The same in a few milliseconds: exact where there is little, else the total is what the server last knew of those indexes. */
	estimate(): Promise<{
		readonly counted: Counted;
		readonly total: number;
		readonly isExact: boolean;
	}>;
};

/**
 * @param schema the schema's name, quoted
 * @param isSized true where counts say how much room is used, for which every row is read
 */
export function createReading(
	schema: string,
	connections: Connections,
	isSized: boolean,
): Reading {
	const whole = `select ${ROW_COLUMNS}, b.envelope, b.bytes from ${schema}.delivery d join ${schema}.body b using (seq)`;
	const attemptsOf = async (session: Session, rows: readonly WholeRow[]) => {
		const attempts = await session.query<AttemptRow>(
			`select * from ${schema}.attempt where seq = any($1::bigint[]) order by seq, attempt`,
			[rows.map(({ seq }) => seq)],
		);
		const bySeq = new Map<number, AttemptRow[]>();
		for (const one of attempts) {
			const others = bySeq.get(one.seq);
			if (others === undefined) bySeq.set(one.seq, [one]);
			else others.push(one);
		}
		return rows.map((row) => toDetail(row, bySeq.get(row.seq) ?? []));
	};
	/** All in quarantine less what was refused at the door: an older router writes no budget. */
	const countQuarantine = async (session: Session): Promise<Amount> => {
		const [row] = await session.query<Amount>(
			`select a.count - d.count as count, (a.bytes - d.bytes)::bigint as bytes from
			(select count(*) as count, coalesce(sum(size), 0) as bytes from ${schema}.delivery where state = 5) a,
			(select count(*) as count, coalesce(sum(size), 0) as bytes from ${schema}.delivery where budget = 1) d`,
			[],
		);
		return row ?? { count: 0, bytes: 0 };
	};
	return {
		get: (id) =>
			connections.run("desk", async (session) => {
				const rows = await session.query<WholeRow>(`${whole} where d.id = $1`, [
					storable(id),
				]);
				const [found] = await attemptsOf(session, rows);
				return found;
			}),
		async list(filter, { after, max }) {
			const values: unknown[] = [max + 1];
			const conditions = filterToSql(filter, values);
			const before = placeOf(after);
			if (before !== undefined) values.push(before);
			const rows = await connections.run("desk", (session) =>
				session.query<Row>(
					`select ${ROW_COLUMNS} from ${schema}.delivery d where ${conditions}
					${before === undefined ? "" : `and d.seq < $${values.length}`} order by d.seq desc limit $1::bigint`,
					values,
				),
			);
			const shown = rows.slice(0, max);
			return {
				rows: shown.map(toDelivery),
				next: rows.length > max ? String(shown.at(-1)?.seq) : undefined,
			};
		},
		stats: () =>
			connections.run("desk", async (session) => {
				const groups = await session.query<Group>(
					`select route, state, attempts > 0 as is_tried, budget is not distinct from 1 as is_door, count(*) as count, min(received_at) as oldest, sum(size)::bigint as bytes
					from ${schema}.delivery group by 1, 2, 3, 4`,
					[],
				);
				const [size] = await session.query<{ bytes: number }>(
					`select sum(pg_total_relation_size(c.oid))::bigint as bytes from pg_class c
					where c.relnamespace = to_regnamespace($1) and c.relkind = 'r'`,
					[schema],
				);
				return toStats(groups, size?.bytes ?? 0);
			}),
		async *export(filter) {
			for (let last = 0; ; ) {
				const values: unknown[] = [last];
				const conditions = filterToSql(filter, values);
				const rows = await connections.run("desk", (session) =>
					session.query<WholeRow>(
						`${whole} where d.seq > $1 and ${conditions} order by d.seq limit ${PAGE}`,
						values,
					),
				);
				if (rows.length === 0) return;
				yield* await connections.run("desk", (session) =>
					attemptsOf(session, rows),
				);
				last = rows.at(-1)?.seq as number;
			}
		},
		count: () =>
			connections.run("desk", async (session) => {
				const admitted = await countQuarantine(session);
				if (isSized) {
					const groups = await session.query<SizedCount>(
						`select route, state, count(*) as count, sum(size)::bigint as bytes
						from ${schema}.delivery group by 1, 2`,
						[],
					);
					return toSized(groups, admitted);
				}
				const rows = await session.query<RouteCount>(
					WORK.map(
						(state) =>
							`select route, count(*) as count from ${schema}.delivery where state = ${state} group by route`,
					).join(" union all "),
					[],
				);
				return toCounted(rows, admitted);
			}),
		estimate: () =>
			connections.run("desk", async (session) => {
				const rows = await session.query<RouteCount & { state: number }>(
					WORK.map(
						(state) =>
							`select route, ${state} as state, count(*) as count from (select route from ${schema}.delivery where state = ${state} limit ${FEW}) s${state} group by route`,
					).join(" union all "),
					[],
				);
				const [known] = await session.query<{ count: number }>(
					`select coalesce(sum(reltuples), 0)::float8 as count from pg_class
					where relnamespace = to_regnamespace($1) and relname in ('delivery_ready', 'delivery_leased', 'delivery_lane')`,
					[schema],
				);
				const sum = (of: readonly RouteCount[]) =>
					of.reduce((total, { count }) => total + count, 0);
				const isExact = WORK.every(
					(state) => sum(rows.filter((row) => row.state === state)) < FEW,
				);
				const total = sum(rows);
				return {
					counted: toCounted(rows, await countQuarantine(session)),
					total: isExact ? total : Math.max(total, known?.count ?? 0),
					isExact,
				};
			}),
	};
}

// --- helpers ---

/** The states of unfinished work, each with a partial index of its own. */
const WORK = [STATE.ready, STATE.leased, STATE.blocked];

/** Rows of each state that are counted when the inbox opens. */
const FEW = 50_000;

/** Deliveries of an export that are in memory at once. */
const PAGE = 100;

interface Group {
	readonly route: string;
	readonly state: number;
	readonly is_tried: boolean;
	readonly is_door: boolean;
	readonly count: number;
	readonly oldest: number;
	readonly bytes: number;
}

/** A cursor is a place; undefined for none, and the end of all for what is no cursor of ours. */
function placeOf(after: string | undefined): number | undefined {
	if (after === undefined) return undefined;
	const place = Number(after);
	return Number.isSafeInteger(place) ? place : 0;
}

function toStats(groups: readonly Group[], sizeBytes: number): InboxStats {
	const byState = Object.fromEntries(
		DELIVERY_STATES.map((state) => [state, 0]),
	) as Record<DeliveryState, number>;
	const byRoute = new Map<string, InboxStats["byRoute"][number]>();
	let oldestUnfinishedAt: number | undefined;
	for (const { route, state, is_tried, count, oldest } of groups) {
		const name = nameOf(state, Number(is_tried));
		byState[name] += count;
		const key = JSON.stringify([route, name]);
		const sum = count + (byRoute.get(key)?.count ?? 0);
		byRoute.set(key, { route, state: name, count: sum });
		if (isUnfinished(state))
			oldestUnfinishedAt = Math.min(oldest, oldestUnfinishedAt ?? oldest);
	}
	return {
		byState,
		byRoute: [...byRoute.values()],
		oldestUnfinishedAt,
		sizeBytes,
		quarantine: {
			door: sumOf(groups, true),
			admitted: sumOf(groups, false),
		},
	};
}

function sumOf(groups: readonly Group[], isDoor: boolean): Amount {
	let count = 0;
	let bytes = 0;
	for (const group of groups) {
		if (group.state !== STATE.quarantined || group.is_door !== isDoor) continue;
		count += group.count;
		bytes += group.bytes;
	}
	return { count, bytes };
}

interface RouteCount {
	readonly route: string;
	readonly count: number;
}

function toCounted(rows: readonly RouteCount[], admitted: Amount): Counted {
	const work = new WorkDelta();
	for (const { route, count } of rows) work.add(route, count, 0);
	return { unfinished: work.routes, admitted, sizes: undefined };
}

interface SizedCount extends RouteCount {
	readonly state: number;
	readonly bytes: number;
}

function toSized(groups: readonly SizedCount[], admitted: Amount): Counted {
	const work = new WorkDelta();
	const dead = new Map<string, number>();
	let used = 0;
	for (const { route, state, count, bytes } of groups) {
		used += bytes + count * ROW_BYTES;
		if (isUnfinished(state)) work.add(route, count, bytes);
		if (state === STATE.dead) dead.set(route, bytes);
	}
	return { unfinished: work.routes, admitted, sizes: { dead, used } };
}
