import type { Alert } from "../../port/alert.ts";
import type { Settlement } from "../../port/queue.ts";
import type { Connections, Session } from "../connect/connections.ts";
import { isLost } from "../connect/faults.ts";
import { WorkDelta } from "../gauge.ts";
import type { DurableState } from "../plugin-state.ts";
import type { Database } from "../sql.ts";
import { areHalvesFaster } from "./halves.ts";
import { type Lane, type Lanes, laneLock } from "./lanes.ts";
import type { LeaseMemo } from "./lease.ts";
import type { Putter } from "./put.ts";
import { alertLocks } from "./raise.ts";
import {
	columnsOf,
	type SettleStatements,
	settleStatements,
} from "./settle-statements.ts";

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
	const sql = settleStatements(quoted);

	const findLanes = async (ids: readonly string[]) => {
		const unknown = ids.filter((id) => memo.find(id) === undefined);
		const lanes = ids.flatMap((id) => memo.find(id)?.lane ?? []);
		if (unknown.length === 0) return lanes;
		const rows = await connections.run("settle", (session) =>
			session.query<LaneRow>(sql.lanesOf, [unknown]),
		);
		return [...lanes, ...rows.map(toLane)];
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
		const done = await (isPlain &&
		areHalvesFaster(connections, "settle", distinct.length)
			? writeHalves(tools, sql, distinct)
			: write(tools, sql, distinct, isPlain ? undefined : locks));
		return {
			...done,
			isWritten: settlements.map((one) => done.written.has(one)),
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

/** Has two connections write a half each. */
async function writeHalves(
	tools: SettleTools,
	sql: SettleStatements,
	all: readonly Settlement[],
): Promise<Done> {
	const middle = Math.ceil(all.length / 2);
	const halves = [all.slice(0, middle), all.slice(middle)];
	const tries = await Promise.allSettled(
		halves.map((half) => write(tools, sql, half)),
	);
	const work = new WorkDelta();
	const written = new Set<Settlement>();
	const routes = new Set<string>();
	const add = (done: Done) => {
		work.addAll(done.work);
		for (const one of done.written) written.add(one);
		for (const route of done.routes) routes.add(route);
	};
	for (const tried of tries) if (tried.status === "fulfilled") add(tried.value);
	for (const [at, tried] of tries.entries()) {
		if (tried.status === "fulfilled") continue;
		if (written.size === 0) throw tried.reason;
		try {
			// The server is there, and may have refused a second connection only.
			add(await write(tools, sql, halves[at] as readonly Settlement[]));
		} catch (error) {
			// The caller repeats both halves.
			for (const { lease } of written) tools.memo.noteUncertain(lease);
			throw error;
		}
	}
	return { written, work, routes };
}

/** Writes settlements by a statement that commits by itself, or with locks in a transaction. */
async function write(
	tools: SettleTools,
	sql: SettleStatements,
	settlements: readonly Settlement[],
	locks?: ReadonlySet<bigint>,
): Promise<Done> {
	const { memo } = tools;
	const { connections } = tools.database;
	const work = (session: Session) =>
		settleAll(session, settlements, sql, tools);
	let done: Done;
	try {
		done = await (locks === undefined
			? connections.run("settle", work)
			: connections.transact("settle", locks, work));
	} catch (error) {
		if (isLost(error))
			for (const { lease } of settlements) memo.noteUncertain(lease);
		throw error;
	}
	const uncertain = settlements.filter(
		(one) => memo.takeUncertain(one.lease) && !done.written.has(one),
	);
	const before = await writtenBefore(connections, sql, uncertain);
	memo.forget(settlements.map(({ lease }) => lease.id));
	return { ...done, written: new Set([...done.written, ...before]) };
}

/** Returns the settlements that an earlier call wrote although its answer was lost. */
async function writtenBefore(
	connections: Connections,
	{ known }: SettleStatements,
	uncertain: readonly Settlement[],
): Promise<readonly Settlement[]> {
	if (uncertain.length === 0) return [];
	const rows = await connections.run("settle", (session) =>
		session.query<{ id: string }>(known, [
			uncertain.map(({ lease }) => lease.id),
			uncertain.map(({ lease }) => lease.attempt),
		]),
	);
	const ids = new Set(rows.map(({ id }) => id));
	return uncertain.filter(({ lease }) => ids.has(lease.id));
}

async function settleAll(
	session: Session,
	distinct: readonly Settlement[],
	{ update, stepAside }: SettleStatements,
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
