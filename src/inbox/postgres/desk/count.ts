import type { Amount } from "../../port/delivery.ts";
import { ROW_BYTES } from "../../port/room.ts";
import { isUnfinished, STATE } from "../../sql/states.ts";
import type { Session } from "../connect/connections.ts";
import { type Counted, WorkDelta } from "../gauge.ts";
import type { Database } from "../sql.ts";

/** Counts for the gauge. */
export interface Counting {
	/** Counts the unfinished work and the quarantine with their small partial indexes. */
	count(): Promise<Counted>;
	/** Estimates the same in a few milliseconds: exact for small amounts, otherwise the server's last statistics of these indexes. */
	estimate(): Promise<Estimate>;
}

export interface Estimate {
	readonly counted: Counted;
	readonly total: number;
	readonly isExact: boolean;
}

/** @param isSized true to include the used bytes, which requires reading every row */
export function createCounting(database: Database, isSized: boolean): Counting {
	return {
		count: () => count(database, isSized),
		estimate: () => estimate(database),
	};
}

// --- helpers ---

/** The states of unfinished work, each with a partial index of its own. */
const WORK = [STATE.ready, STATE.leased, STATE.blocked];

/** Rows of each state that are counted when the inbox opens. */
const FEW = 50_000;

function count(
	{ quoted: schema, connections }: Database,
	isSized: boolean,
): Promise<Counted> {
	return connections.run("desk", async (session) => {
		const admitted = await countAdmitted(session, schema);
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
	});
}

function estimate({
	quoted: schema,
	connections,
}: Database): Promise<Estimate> {
	return connections.run("desk", async (session) => {
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
			counted: toCounted(rows, await countAdmitted(session, schema)),
			total: isExact ? total : Math.max(total, known?.count ?? 0),
			isExact,
		};
	});
}

/** Counts all of the quarantine except its `door` budget, because an older router writes no budget. */
async function countAdmitted(
	session: Session,
	schema: string,
): Promise<Amount> {
	const [row] = await session.query<Amount>(
		`select a.count - d.count as count, (a.bytes - d.bytes)::bigint as bytes from
		(select count(*) as count, coalesce(sum(size), 0) as bytes from ${schema}.delivery where state = 5) a,
		(select count(*) as count, coalesce(sum(size), 0) as bytes from ${schema}.delivery where budget = 1) d`,
		[],
	);
	return row ?? { count: 0, bytes: 0 };
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
