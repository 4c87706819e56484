import type { Amount, InboxStats } from "../../port/delivery.ts";
import type { Desk } from "../../port/desk.ts";
import { sumCounts } from "../../sql/counts.ts";
import { type RawAction, toActions, toDetail } from "../../sql/rows.ts";
import { STATE, shownState } from "../../sql/states.ts";
import type { Session } from "../connect/connections.ts";
import { type Database, storable } from "../sql.ts";
import {
	type AttemptRow,
	conditionOf,
	outcomeOf,
	PAYLOAD_COLUMNS,
	ROW_COLUMNS,
	type WholeRow,
} from "./rows.ts";

/** The part of the desk that reads. */
export type Reading = Pick<Desk, "get" | "stats" | "export">;

/** Makes the reading. */
export function createReading({
	quoted: schema,
	connections,
}: Database): Reading {
	const whole = `select ${ROW_COLUMNS}, ${PAYLOAD_COLUMNS} from ${schema}.delivery d join ${schema}.body b using (seq)`;
	return {
		get: (id) =>
			connections.run("desk", async (session) => {
				const rows = await session.query<WholeRow>(`${whole} where d.id = $1`, [
					storable(id),
				]);
				const [found] = await withAttempts(session, schema, rows);
				return found;
			}),
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
				const conditions = conditionOf(schema, filter, values);
				const rows = await connections.run("desk", (session) =>
					session.query<WholeRow>(
						`${whole} where d.seq > $1 and ${conditions} order by d.seq limit ${PAGE}`,
						values,
					),
				);
				if (rows.length === 0) return;
				yield* await connections.run("desk", (session) =>
					withAttempts(session, schema, rows),
				);
				last = rows.at(-1)?.seq as number;
			}
		},
	};
}

// --- helpers ---

/** The number of deliveries of an export that are in memory at once. */
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

function toStats(groups: readonly Group[], sizeBytes: number): InboxStats {
	const counts = groups.map(({ route, state, is_tried, count, oldest }) => ({
		route,
		state: shownState(state, is_tried),
		count,
		oldestAt: oldest,
	}));
	return {
		...sumCounts(counts),
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

async function withAttempts(
	session: Session,
	schema: string,
	rows: readonly WholeRow[],
) {
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
	const actions = await session.query<RawAction & { readonly seq: number }>(
		`select seq, at, action, actor, reason from ${schema}.action where seq = any($1::bigint[]) order by id`,
		[rows.map(({ seq }) => seq)],
	);
	return rows.map((row) => ({
		...toDetail(row, row, bySeq.get(row.seq) ?? [], outcomeOf),
		...toActions(actions.filter(({ seq }) => seq === row.seq)),
	}));
}
