import type { DeliveryState, InboxStats } from "../port/delivery.ts";
import { DELIVERY_STATES } from "../port/delivery.ts";
import type { InboxStore } from "../port/store.ts";
import type { Connections, Session } from "./connections.ts";
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
	/** Counts the unfinished work, in the small indexes that hold nothing else. */
	countWork(): Promise<number>;
	/** The same in a few milliseconds: exact where there is little, else what the server last knew of those indexes. */
	estimateWork(): Promise<{
		readonly count: number;
		readonly isExact: boolean;
	}>;
};

/** @param schema the schema's name, quoted */
export function createReading(
	schema: string,
	connections: Connections,
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
					`select route, state, attempts > 0 as is_tried, count(*) as count, min(received_at) as oldest, sum(size)::bigint as bytes
					from ${schema}.delivery group by 1, 2, 3`,
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
		countWork: () =>
			connections.run("desk", async (session) => {
				const [row] = await session.query<{ count: number }>(
					`select ${WORK.map((state) => `(select count(*) from ${schema}.delivery where state = ${state})`).join(" + ")} as count`,
					[],
				);
				return row?.count ?? 0;
			}),
		estimateWork: () =>
			connections.run("desk", async (session) => {
				const some = WORK.map(
					(state) =>
						`(select count(*) from (select from ${schema}.delivery where state = ${state} limit ${FEW}) s${state})`,
				);
				const [row] = await session.query<{ counts: number[]; known: number }>(
					`select array[${some.join()}]::float8[] as counts, (
						select coalesce(sum(reltuples), 0)::float8 from pg_class
						where relnamespace = to_regnamespace($1) and relname in ('delivery_ready', 'delivery_leased', 'delivery_lane')
					) as known`,
					[schema],
				);
				const counts = row?.counts ?? [];
				const count = counts.reduce((sum, one) => sum + one, 0);
				const isExact = counts.every((one) => one < FEW);
				return {
					count: isExact ? count : Math.max(count, row?.known ?? 0),
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
		quarantinedBytes: groups
			.filter(({ state }) => nameOf(state, 0) === "quarantined")
			.reduce((sum, { bytes }) => sum + bytes, 0),
	};
}
