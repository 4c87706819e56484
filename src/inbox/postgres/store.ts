import { within } from "../../within.ts";
import type { Desk } from "../port/desk.ts";
import type { NewDelivery, Queue, Receipt } from "../port/queue.ts";
import type { Evicted, InboxStore, StoreOptions } from "../port/store.ts";
import type { Connections } from "./connect/connections.ts";
import { Signal } from "./connect/signal.ts";
import { createChanging } from "./desk/change.ts";
import { type Counting, createCounting } from "./desk/count.ts";
import { createDropped } from "./desk/dropped.ts";
import { createImport } from "./desk/import.ts";
import { createListing } from "./desk/list.ts";
import { createLookUp } from "./desk/look-up.ts";
import { createReading } from "./desk/read.ts";
import { Gauge, type WorkDelta } from "./gauge.ts";
import { createHistory } from "./history.ts";
import { createPluginState } from "./plugin-state.ts";
import { createPrune } from "./prune.ts";
import { createLanes } from "./queue/lanes.ts";
import { createLeasing, LeaseMemo } from "./queue/lease.ts";
import { createPacing } from "./queue/pacing.ts";
import { createPutter, type Putter } from "./queue/put.ts";
import { PutQueue } from "./queue/put-queue.ts";
import { alertLocks } from "./queue/raise.ts";
import { createSettling } from "./queue/settle.ts";
import { createTrim } from "./queue/trim.ts";
import type { Database } from "./sql.ts";

/** The waits of the engine, all in milliseconds. */
export interface StoreTimes {
	/** How long a put is tried while the database answers. */
	readonly putMs: number;
	/** How long a put is tried while the database is known to be away. */
	readonly putAwayMs: number;
	/** Between two looks for work that no router announced, while announcements arrive. */
	readonly pollMs: number;
	/** Between two such looks while they do not. */
	readonly pollAwayMs: number;
	/** Between two counts of the backlog. */
	readonly countMs: number;
}

/** The inbox in PostgreSQL, with the calls of a spool in front of it. */
export interface PostgresStore extends InboxStore {
	/** Puts deliveries that were kept elsewhere, and tries it for longer than a sender would wait. */
	ship(batch: readonly NewDelivery[]): Promise<readonly Receipt[]>;
	/** Ends all puts without an answer, in their order. */
	giveUp(): void;
}

/** The platform waits for about 5 to 15 seconds, so a put is given up before that. */
export const DEFAULT_TIMES: StoreTimes = {
	putMs: 4000,
	putAwayMs: 1000,
	pollMs: 10_000,
	pollAwayMs: 2000,
	countMs: 5000,
};

export interface StoreSettings {
	/** The schema's name, not quoted. */
	readonly schema: string;
	readonly quarantine: StoreOptions["quarantine"];
	readonly maxBytes: number | undefined;
	readonly onCommit: StoreOptions["onCommit"] | undefined;
	readonly onEvicted: StoreOptions["onEvicted"] | undefined;
	readonly clock: StoreOptions["clock"] | undefined;
	readonly times: StoreTimes;
	/** True if a spool takes what is not put in time. */
	readonly hasSpool: boolean;
}

/** Assembles the engine for tables of this version. */
export async function createStore(
	connections: Connections,
	settings: StoreSettings,
): Promise<PostgresStore> {
	const { schema, clock, maxBytes } = settings;
	const database: Database = {
		schema,
		quoted: `"${schema}"`,
		connections,
		readClock: () => (clock === undefined ? null : Math.round(clock())),
	};
	const tools = createTools(database, settings);
	const { gauge, puts, signal, state } = tools;
	const { counted, total, isExact } = await tools.counting.estimate();
	gauge.start(counted, total, isExact);
	if (maxBytes !== undefined) await gauge.measure();
	return {
		engine: "postgres",
		...createQueue(tools),
		ship: (batch) => puts.put(batch, SHIP_MS),
		giveUp: () => puts.giveUp(),
		...tools.pacing,
		onPauses: (listener) => signal.onPauses(listener),
		...createDesk(tools, settings),
		...createHistory(database),
		readState: state.readState,
		listState: state.listState,
		writeState: state.writeState,
		async close() {
			await puts.settled();
			gauge.stop();
			// The timer keeps the process alive meanwhile. Idle connections do not, and the process would exit with code 13 while
			// closing them.
			// in the middle of closing them, with exit code 13.
			await within(
				signal.close().then(() => connections.close()),
				CLOSE_MS,
			);
		},
	};
}

// --- helpers ---

/** The effects of a call on the work, for the gauge and the other routers. */
interface Effects {
	readonly work: WorkDelta;
	readonly routes: ReadonlySet<string>;
	readonly evicted?: readonly Evicted[];
}

type Tools = ReturnType<typeof createTools>;

function createTools(database: Database, settings: StoreSettings) {
	const { quarantine, maxBytes, onCommit, onEvicted, times, hasSpool } =
		settings;
	const { schema, quoted } = database;
	const isSized = maxBytes !== undefined;
	const lanes = createLanes(quoted);
	const trim = createTrim(quoted, quarantine);
	const putter = createPutter({ database, lanes, trim });
	const state = createPluginState(database);
	const memo = new LeaseMemo();
	const leasing = createLeasing(database, memo);
	const counting: Counting = createCounting(database, isSized);
	const gauge = new Gauge({
		count: counting.count,
		everyMs: times.countMs,
		isSized,
	});
	const findDue = async () => {
		const due = await leasing.due();
		return due.filter(({ inMs }) => inMs === 0).map(({ route }) => route);
	};
	const signal = new Signal({
		connections: database.connections,
		channel: `${schema}_work`,
		findDue,
		times: { listeningMs: times.pollMs, awayMs: times.pollAwayMs },
	});
	const apply = ({ work, routes, evicted = [] }: Effects): void => {
		gauge.add(work);
		if (evicted.length > 0) onEvicted?.(evicted);
		signal.announce(routes);
	};
	const puts = new PutQueue(
		(batch, isRepeated) =>
			write(
				{ database, putter, memo, gauge, apply, onCommit },
				batch,
				isRepeated,
			),
		{
			firstMs: times.putMs,
			awayMs: times.putAwayMs,
			isShared: hasSpool,
		},
	);
	const settle = createSettling({ database, memo, lanes, putter, state });
	const pacing = createPacing({
		database,
		leaseWithin: leasing.leaseWithin,
		announce: (routes) => signal.announcePauses(routes),
	});
	return {
		pacing,
		database,
		putter,
		lanes,
		trim,
		state,
		leasing,
		counting,
		gauge,
		signal,
		apply,
		puts,
		settle,
	};
}

/** Writes the batches of the put queue. */
async function write(
	{
		database: { connections },
		putter,
		memo,
		gauge,
		apply,
		onCommit,
	}: {
		readonly database: Database;
		readonly putter: Putter;
		readonly memo: LeaseMemo;
		readonly gauge: Gauge;
		apply(effects: Effects): void;
		readonly onCommit: StoreOptions["onCommit"] | undefined;
	},
	batch: readonly NewDelivery[],
	isRepeated: (id: string) => boolean,
): Promise<readonly Receipt[]> {
	const locks = putter.locksOf(batch);
	const began = performance.now();
	const done = await (locks.size === 0
		? connections.run("put", (session) =>
				putter.put(session, batch, { isRepeated, isAutoCommit: true }),
			)
		: connections.transact("put", locks, (session) =>
				putter.put(session, batch, { isRepeated }),
			));
	onCommit?.({ deliveries: batch.length, ms: performance.now() - began });
	for (const one of batch) {
		const seq = done.leased.get(one.id);
		if (seq !== undefined) memo.note(one, seq);
	}
	apply(done);
	gauge.addAdmitted(done.admitted);
	gauge.addUsed(done.otherBytes);
	return done.receipts;
}

function createQueue(tools: Tools): Queue {
	const { database, putter, leasing, puts, settle, signal, gauge, apply } =
		tools;
	return {
		isShared: true,
		lease: leasing.lease,
		extend: leasing.extend,
		due: leasing.due,
		put: (batch) => puts.put(batch),
		async settle(settlements) {
			if (settlements.length === 0) return [];
			const settled = await settle(settlements);
			apply(settled);
			return settled.isWritten;
		},
		async raise(alerts) {
			if (alerts.length === 0) return;
			const { connections, schema } = database;
			const locks = new Set(alertLocks(schema, alerts));
			const work = await connections.transact("put", locks, (session) =>
				putter.raise(session, alerts),
			);
			apply({ work, routes: new Set(work.routes.keys()) });
		},
		onWork: (listener) => signal.onWork(listener),
		backlog: () => gauge.total,
		fill: (route) => gauge.of(route),
	};
}

function createDesk(
	{ database, lanes, trim, gauge, apply }: Tools,
	{ maxBytes, onEvicted }: StoreSettings,
): Desk {
	const prune = createPrune({ database, gauge, maxBytes });
	const take = createImport({ database, lanes, trim });
	return {
		...createReading(database),
		...createListing(database),
		...createLookUp(database),
		...createDropped(database),
		...createChanging({ database, lanes }, apply),
		async prune(rules) {
			const { count, evicted } = await prune(rules);
			if (evicted.length > 0) onEvicted?.(evicted);
			return count;
		},
		async import(batch) {
			const imported = await take(batch);
			apply(imported);
			return imported.count;
		},
	};
}

/** The time limit of shipping one batch in milliseconds. The put queue tries it again and again meanwhile. */
const SHIP_MS = 10_000;

/** The time limit for closing the connections in milliseconds, if the server does not answer. */
const CLOSE_MS = 5000;
