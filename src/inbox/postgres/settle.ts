import { toAttemptText } from "../port/attempt-text.ts";
import type { Settlement } from "../port/store.ts";
import type { Connections, Session, Statement } from "./connections.ts";
import { isLost } from "./faults.ts";
import { WorkDelta } from "./gauge.ts";
import type { Lanes } from "./lanes.ts";
import type { LeaseMemo } from "./lease-memo.ts";
import { type Lane, laneLock } from "./locks.ts";
import type { PluginState } from "./plugin-state.ts";
import type { Putter } from "./put.ts";
import { CLOCK, type ReadClock, storableOrNull } from "./sql.ts";
import { STATE } from "./states.ts";

/** What a call of settle did. */
export interface Settled {
	readonly isWritten: readonly boolean[];
	/** What it does to the unfinished work: events come, what is finished goes. */
	readonly work: WorkDelta;
	/** Routes with work that can be taken now or later. */
	readonly routes: ReadonlySet<string>;
}

export interface SettlingParts {
	/** The schema's name, not quoted. */
	readonly schema: string;
	readonly connections: Connections;
	readonly readClock: ReadClock;
	readonly memo: LeaseMemo;
	readonly lanes: Lanes;
	readonly putter: Putter;
	readonly state: PluginState;
}

/**
 * Writes outcomes. All locks are taken before any row is touched: a put that holds a lane's lock may wait
 * for a row of ours to learn whether its dedupe key is free.
 */
export function createSettling(
	parts: SettlingParts,
): (settlements: readonly Settlement[]) => Promise<Settled> {
	const { schema, connections, memo } = parts;
	const { update, stepAside, lanesOf, known } = statements(`"${schema}"`);

	const findLanes = async (ids: readonly string[]) => {
		const unknown = ids.filter((id) => !memo.knows(id));
		const lanes = ids.flatMap((id) => memo.laneOf(id) ?? []);
		if (unknown.length === 0) return lanes;
		const rows = await connections.run("settle", (session) =>
			session.query<LaneRow>(lanesOf, [unknown]),
		);
		return [...lanes, ...rows.map(toLane)];
	};

	/** True for those that an earlier call, whose answer was lost, has written. */
	const writtenBefore = async (
		doubtful: readonly Settlement[],
	): Promise<ReadonlySet<string>> => {
		if (doubtful.length === 0) return new Set();
		const rows = await connections.run("settle", (session) =>
			session.query<{ id: string }>(known, [
				doubtful.map(({ lease }) => lease.id),
				doubtful.map(({ lease }) => lease.attempt),
			]),
		);
		return new Set(rows.map(({ id }) => id));
	};

	return async (settlements) => {
		const once = firstOfEach(settlements);
		const ids = once.map(({ lease }) => lease.id);
		const locks = new Set<bigint>();
		for (const lane of await findLanes(ids)) locks.add(laneLock(schema, lane));
		const extras = once.filter(({ verdict }) => verdict.as === "delivered");
		const events = extras.flatMap((one) => one.events);
		for (const lock of parts.putter.locksOf(events)) locks.add(lock);
		const isPlain =
			locks.size === 0 &&
			extras.every((one) => one.events.length + one.writes.length === 0);
		const work = (session: Session) =>
			settleAll(session, once, { update, stepAside }, parts);
		let done: Done;
		try {
			done = await (isPlain
				? connections.run("settle", work)
				: connections.transact("settle", locks, work));
		} catch (error) {
			if (isLost(error)) for (const { lease } of once) memo.doubt(lease);
			throw error;
		}
		const doubtful = once.filter(
			(one) => memo.takeDoubt(one.lease) && !done.written.has(one),
		);
		const before = await writtenBefore(doubtful);
		memo.forget(ids);
		return {
			...done,
			isWritten: settlements.map(
				(one) =>
					done.written.has(one) ||
					(doubtful.includes(one) && before.has(one.lease.id)),
			),
		};
	};
}

// --- helpers ---

interface LaneRow {
	readonly route: string;
	readonly order_key: string;
}

interface Done {
	readonly written: ReadonlySet<Settlement>;
	readonly work: WorkDelta;
	readonly routes: ReadonlySet<string>;
}

async function settleAll(
	session: Session,
	once: readonly Settlement[],
	{ update, stepAside }: Pick<Statements, "update" | "stepAside">,
	{ readClock, lanes, state, putter }: SettlingParts,
): Promise<Done> {
	const rows = await session.query<{
		ord: number;
		route: string;
		order_key: string | null;
		size: number;
	}>(update, [readClock(), ...columnsOf(once)]);
	const written = new Set<Settlement>();
	const routes = new Set<string>();
	const freed: Lane[] = [];
	const alone: string[] = [];
	const kept: Lane[] = [];
	const work = new WorkDelta();
	for (const { ord, route, order_key, size } of rows) {
		const one = once[ord - 1] as Settlement;
		const { verdict } = one;
		const { as } = verdict;
		const isFinished = as === "delivered" || as === "dead";
		const isAlone = as === "waiting" && verdict.stepsAside === true;
		written.add(one);
		if (isFinished) work.add(route, -1, -size);
		else routes.add(route);
		if (order_key === null) continue;
		if (isAlone) alone.push(one.lease.id);
		const lanesOfIt = isFinished || isAlone ? freed : kept;
		lanesOfIt.push({ route, orderKey: order_key });
	}
	if (alone.length > 0) await session.query(stepAside, [alone]);
	for (const route of await lanes.promote(session, freed)) routes.add(route);
	// One that was replayed meanwhile may be older than what is tried again.
	for (const route of await lanes.reorder(session, kept)) routes.add(route);
	const extras = once.filter(
		(one) => written.has(one) && one.verdict.as === "delivered",
	);
	const events = extras.flatMap((one) => one.events);
	if (events.length > 0) {
		const made = await putter.keep(session, events);
		for (const [route, { count, bytes }] of made.work.routes)
			work.add(route, count, bytes);
		for (const route of made.routes) routes.add(route);
	}
	await state.write(
		session,
		extras.flatMap((one) => one.writes),
	);
	return { written, work, routes };
}

type Statements = Record<
	"update" | "stepAside" | "lanesOf" | "known",
	Statement
>;

function statements(schema: string): Statements {
	return {
		update: {
			name: "settle",
			// `state + 0`: the small index of leased ones is full of dead entries, the one by id is not.
			text: `with ${CLOCK}, given as materialized (
				select * from unnest($2::text[], $3::int[], $4::smallint[], $5::bigint[], $6::text[], $7::bool[], $8::bigint[], $9::int[], $10::text[])
				with ordinality g(id, attempt, state, after, reason, is_returned, started_at, duration_ms, told, ord)
			), done as (
				update ${schema}.delivery d
				set state = g.state, due = clock.now + g.after, updated = clock.now,
					attempts = d.attempts - g.is_returned::int, reason = case when g.is_returned then d.reason else g.reason end
				from given g, clock
				where d.id = g.id and d.attempts = g.attempt and d.state + 0 = 1
				returning d.seq, d.route, d.order_key, d.size, g.*
			), noted as (
				insert into ${schema}.attempt (seq, started_at, attempt, duration_ms, outcome, reason)
				select seq, started_at, attempt, duration_ms, state, told from done where not is_returned
				on conflict do nothing
			)
			select ord, route, order_key, size from done`,
		},
		stepAside: {
			name: "step-aside",
			text: `update ${schema}.delivery set order_key = null where id = any($1::text[])`,
		},
		lanesOf: {
			name: "lanes",
			text: `select route, order_key from ${schema}.delivery where id = any($1::text[]) and order_key is not null`,
		},
		known: {
			name: "known",
			text: `select g.id from unnest($1::text[], $2::int[]) g(id, attempt)
				join ${schema}.delivery d on d.id = g.id
				join ${schema}.attempt a on a.seq = d.seq and a.attempt = g.attempt`,
		},
	};
}

function columnsOf(once: readonly Settlement[]): readonly unknown[][] {
	const verdicts = once.map(({ verdict }) => verdict);
	return [
		once.map(({ lease }) => lease.id),
		once.map(({ lease }) => lease.attempt),
		verdicts.map(({ as }) =>
			as === "delivered" || as === "dead" ? STATE[as] : STATE.ready,
		),
		verdicts.map((verdict) =>
			"afterMs" in verdict ? Math.round(verdict.afterMs ?? 0) : 0,
		),
		verdicts.map((verdict) =>
			storableOrNull("reason" in verdict ? verdict.reason : undefined),
		),
		verdicts.map(({ as }) => as === "returned"),
		once.map(({ startedAt }) => Math.round(startedAt)),
		once.map(({ durationMs }) => Math.round(durationMs)),
		verdicts.map((verdict) =>
			storableOrNull("reason" in verdict ? toAttemptText(verdict) : undefined),
		),
	];
}

/** Of two settlements of one lease the second comes too late. */
function firstOfEach(settlements: readonly Settlement[]): Settlement[] {
	const first = new Map<string, Settlement>();
	for (const one of settlements) {
		const key = `${one.lease.attempt} ${one.lease.id}`;
		if (!first.has(key)) first.set(key, one);
	}
	return [...first.values()];
}

function toLane({ route, order_key }: LaneRow): Lane {
	return { route, orderKey: order_key };
}
