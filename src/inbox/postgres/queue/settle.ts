import type { Alert } from "../../port/alert.ts";
import { toAttemptText } from "../../port/attempt-text.ts";
import type { Settlement } from "../../port/queue.ts";
import { STATE } from "../../sql/states.ts";
import {
	bigintArray,
	booleanArray,
	integerArray,
	smallintArray,
	textArray,
} from "../arrays.ts";
import type { Session, Statement } from "../connect/connections.ts";
import { isLost } from "../connect/faults.ts";
import { WorkDelta } from "../gauge.ts";
import type { DurableState } from "../plugin-state.ts";
import { CLOCK, type Database, storableOrNull } from "../sql.ts";
import { type Lane, type Lanes, laneLock } from "./lanes.ts";
import type { LeaseMemo } from "./lease.ts";
import type { Putter } from "./put.ts";
import { alertLocks } from "./raise.ts";

/** The effects of a call of `settle`. */
export interface SettleEffects {
	readonly isWritten: readonly boolean[];
	/** The change of the unfinished work: new events are added, finished deliveries are removed. */
	readonly work: WorkDelta;
	/** The routes with work that can be leased now or later. */
	readonly routes: ReadonlySet<string>;
}

export interface SettleTools {
	readonly database: Database;
	readonly memo: LeaseMemo;
	readonly lanes: Lanes;
	readonly putter: Putter;
	readonly state: DurableState;
}

/**
 * Creates the settling. It takes all locks before it changes a row: a put with the lock of a lane may wait for one of these
 * rows, to find out whether its dedupe key is free.
 */
export function createSettling(
	tools: SettleTools,
): (settlements: readonly Settlement[]) => Promise<SettleEffects> {
	const { database, memo, putter } = tools;
	const { schema, quoted, connections } = database;
	const { update, stepAside, lanesOf, known } = statements(quoted);

	const findLanes = async (ids: readonly string[]) => {
		const unknown = ids.filter((id) => memo.find(id) === undefined);
		const lanes = ids.flatMap((id) => memo.find(id)?.lane ?? []);
		if (unknown.length === 0) return lanes;
		const rows = await connections.run("settle", (session) =>
			session.query<LaneRow>(lanesOf, [unknown]),
		);
		return [...lanes, ...rows.map(toLane)];
	};

	/** Returns the ids of settlements that an earlier call wrote although its answer was lost. */
	const writtenBefore = async (
		uncertain: readonly Settlement[],
	): Promise<ReadonlySet<string>> => {
		if (uncertain.length === 0) return new Set();
		const rows = await connections.run("settle", (session) =>
			session.query<{ id: string }>(known, [
				uncertain.map(({ lease }) => lease.id),
				uncertain.map(({ lease }) => lease.attempt),
			]),
		);
		return new Set(rows.map(({ id }) => id));
	};

	return async (settlements) => {
		const distinct = firstOfEach(settlements);
		const ids = distinct.map(({ lease }) => lease.id);
		const locks = new Set<bigint>();
		for (const lane of await findLanes(ids)) locks.add(laneLock(schema, lane));
		const extras = distinct.filter(({ verdict }) => verdict.as === "delivered");
		const events = extras.flatMap((one) => one.events);
		for (const lock of putter.locksOf(events)) locks.add(lock);
		for (const lock of alertLocks(schema, alertsOf(distinct))) locks.add(lock);
		const isPlain =
			locks.size === 0 &&
			extras.every((one) => one.events.length + one.writes.length === 0);
		const work = (session: Session) =>
			settleAll(session, distinct, { update, stepAside }, tools);
		let done: Done;
		try {
			done = await (isPlain
				? connections.run("settle", work)
				: connections.transact("settle", locks, work));
		} catch (error) {
			if (isLost(error))
				for (const { lease } of distinct) memo.noteUncertain(lease);
			throw error;
		}
		const uncertain = distinct.filter(
			(one) => memo.takeUncertain(one.lease) && !done.written.has(one),
		);
		const before = await writtenBefore(uncertain);
		memo.forget(ids);
		return {
			...done,
			isWritten: settlements.map(
				(one) =>
					done.written.has(one) ||
					(uncertain.includes(one) && before.has(one.lease.id)),
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
	distinct: readonly Settlement[],
	{ update, stepAside }: Pick<Statements, "update" | "stepAside">,
	{ database, memo, lanes, state, putter }: SettleTools,
): Promise<Done> {
	const rows = await session.query<{
		ord: number;
		route: string;
		order_key: string | null;
		size: number;
	}>(update, [database.readClock(), ...columnsOf(distinct, memo)]);
	const written = new Set<Settlement>();
	const routes = new Set<string>();
	const freed: Lane[] = [];
	const alone: string[] = [];
	const busy: Lane[] = [];
	const work = new WorkDelta();
	for (const { ord, route, order_key, size } of rows) {
		const one = distinct[ord - 1] as Settlement;
		const { verdict } = one;
		const { as } = verdict;
		const isFinished = as === "delivered" || as === "dead";
		const isAlone = as === "waiting" && verdict.stepsAside === true;
		written.add(one);
		if (isFinished) work.add(route, -1, -size);
		else routes.add(route);
		if (order_key === null) continue;
		if (isAlone) alone.push(one.lease.id);
		const lanesOfIt = isFinished || isAlone ? freed : busy;
		lanesOfIt.push({ route, orderKey: order_key });
	}
	if (alone.length > 0) await session.query(stepAside, [alone]);
	for (const route of await lanes.promote(session, freed)) routes.add(route);
	// A delivery that was replayed meanwhile may be older than the one that waits for its retry.
	for (const route of await lanes.reorder(session, busy)) routes.add(route);
	const extras = distinct.filter(
		(one) => written.has(one) && one.verdict.as === "delivered",
	);
	const events = extras.flatMap((one) => one.events);
	if (events.length > 0) {
		const made = await putter.put(session, events);
		work.addAll(made.work);
		for (const route of made.routes) routes.add(route);
	}
	const alerts = alertsOf(distinct.filter((one) => written.has(one)));
	const raised = await putter.raise(session, alerts);
	work.addAll(raised);
	for (const route of raised.routes.keys()) routes.add(route);
	await state.write(
		session,
		extras.flatMap((one) => one.writes),
	);
	return { written, work, routes };
}

function alertsOf(settlements: readonly Settlement[]): readonly Alert[] {
	return settlements.flatMap(({ alerts = [] }) => alerts);
}

type Statements = Record<
	"update" | "stepAside" | "lanesOf" | "known",
	Statement
>;

function statements(schema: string): Statements {
	return {
		update: {
			name: "settle",
			// `state + 0` prevents the planner from using the small index of leased rows, which is full of dead entries.
			text: `with ${CLOCK}, given as materialized (
				select coalesce(seq, (select k.seq from ${schema}.delivery k where k.id = u.id)) as seq, attempt, state, coalesce(after, 0) as after,
					reason, is_returned is not null as is_returned, started_at, duration_ms, told, lapse, ord
				from unnest($2::bigint[], $3::text[], $4::int[], $5::smallint[], $6::bigint[], $7::text[], $8::bool[], $9::bigint[], $10::int[], $11::text[], $12::bigint[])
				with ordinality u(seq, id, attempt, state, after, reason, is_returned, started_at, duration_ms, told, lapse, ord)
			), done as (
				update ${schema}.delivery d
				set state = g.state, due = clock.now + g.after, updated = clock.now,
					attempts = d.attempts - g.is_returned::int, reason = case when g.is_returned then d.reason else g.reason end
				from given g, clock
				where d.seq = g.seq and d.attempts = g.attempt and d.state + 0 = 1
					and (g.lapse is null or d.due <= clock.now + g.lapse)
				returning d.seq, d.route, d.order_key, d.size, g.ord, g.attempt, g.started_at, g.duration_ms, g.state, g.told, g.is_returned
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

/** Returns the columns of the settlements. Most of them are delivered, so what these have is null where it can be. */
function columnsOf(
	distinct: readonly Settlement[],
	memo: LeaseMemo,
): readonly unknown[] {
	const verdicts = distinct.map(({ verdict }) => verdict);
	const seqs = distinct.map(({ lease }) => memo.find(lease.id)?.seq);
	return [
		bigintArray(seqs),
		textArray(
			distinct.map(({ lease }, at) =>
				seqs[at] === undefined ? lease.id : null,
			),
		),
		integerArray(distinct.map(({ lease }) => lease.attempt)),
		smallintArray(
			verdicts.map(({ as }) =>
				as === "delivered" || as === "dead" ? STATE[as] : STATE.ready,
			),
		),
		bigintArray(
			verdicts.map((verdict) =>
				"afterMs" in verdict ? Math.round(verdict.afterMs ?? 0) : null,
			),
		),
		textArray(
			verdicts.map((verdict) =>
				storableOrNull("reason" in verdict ? verdict.reason : undefined),
			),
		),
		booleanArray(verdicts.map(({ as }) => (as === "returned" ? true : null))),
		bigintArray(distinct.map(({ startedAt }) => Math.round(startedAt))),
		integerArray(distinct.map(({ durationMs }) => Math.round(durationMs))),
		textArray(
			verdicts.map((verdict) =>
				storableOrNull(
					"reason" in verdict ? toAttemptText(verdict) : undefined,
				),
			),
		),
		bigintArray(
			distinct.map(({ lapsesWithinMs: ms }) =>
				ms === undefined ? null : Math.round(ms),
			),
		),
	];
}

/** Drops a second settlement of one lease, which is too late. */
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
