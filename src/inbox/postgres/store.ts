import { within } from "../../within.ts";
import type { Evicted, InboxStore, StoreOptions } from "../port/store.ts";
import { createChanging } from "./change.ts";
import type { Connections } from "./connections.ts";
import { Gauge, type WorkDelta } from "./gauge.ts";
import { createImport } from "./import.ts";
import { createLanes } from "./lanes.ts";
import { createLeasing } from "./lease.ts";
import { LeaseMemo } from "./lease-memo.ts";
import { createMakeRoom } from "./make-room.ts";
import { createPluginState } from "./plugin-state.ts";
import { createPrune } from "./prune.ts";
import { createPutter } from "./put.ts";
import { PutQueue } from "./put-queue.ts";
import { createReading } from "./read.ts";
import { createSettling } from "./settle.ts";
import { Signal } from "./signal.ts";
import { createTrim } from "./trim.ts";

/** Waits of the engine, all in milliseconds. */
export interface StoreTimes {
	/** How long a put is tried while the database answers. */
	readonly putMs: number;
	/** The same since it is known to be away. */
	readonly putAwayMs: number;
	/** Between two looks for work that nobody announced, while announcements are heard. */
	readonly pollMs: number;
	/** The same while they are not. */
	readonly pollAwayMs: number;
	/** Between two counts of the backlog. */
	readonly countMs: number;
}

/** The platform waits for some 5 to 15 seconds, so a put is given up before. */
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
	readonly onEvicted: StoreOptions["onEvicted"] | undefined;
	readonly clock: StoreOptions["clock"] | undefined;
	readonly times: StoreTimes;
}

/** Puts the parts of the engine together, over tables that are of this version. */
export async function createStore(
	connections: Connections,
	settings: StoreSettings,
): Promise<InboxStore> {
	const { schema, quarantine, maxBytes, onEvicted, clock, times } = settings;
	const isSized = maxBytes !== undefined;
	const quoted = `"${schema}"`;
	const readClock = () => (clock === undefined ? null : Math.round(clock()));
	const lanes = createLanes(quoted);
	const trim = createTrim(quoted, quarantine);
	const putter = createPutter(schema, readClock, lanes, trim);
	const state = createPluginState(quoted, connections, readClock);
	const reading = createReading(quoted, connections, isSized);
	const changing = createChanging(schema, connections, readClock, lanes);
	const memo = new LeaseMemo();
	const leasing = createLeasing(quoted, connections, readClock, memo);
	const settle = createSettling({
		schema,
		connections,
		readClock,
		memo,
		lanes,
		putter,
		state,
	});
	const take = createImport(schema, connections, readClock, lanes, trim);
	const gauge = new Gauge(reading.count, times.countMs, isSized);
	const makeRoom = createMakeRoom({
		schema: quoted,
		connections,
		readClock,
		gauge,
		maxBytes,
	});
	const prune = createPrune(quoted, connections, readClock, makeRoom);
	const signal = new Signal(
		connections,
		`${schema}_work`,
		async () =>
			(await leasing.due())
				.filter(({ inMs }) => inMs === 0)
				.map(({ route }) => route),
		{ listeningMs: times.pollMs, awayMs: times.pollAwayMs },
	);
	const apply = (change: {
		readonly work: WorkDelta;
		readonly routes: ReadonlySet<string>;
		readonly evicted?: readonly Evicted[];
	}) => {
		gauge.add(change.work);
		if (change.evicted !== undefined && change.evicted.length > 0)
			onEvicted?.(change.evicted);
		signal.announce(change.routes);
	};
	const puts = new PutQueue(
		async (batch, isRepeated) => {
			const locks = putter.locksOf(batch);
			const kept = await (locks.size === 0
				? connections.run("put", (session) =>
						putter.keep(session, batch, isRepeated),
					)
				: connections.transact("put", locks, (session) =>
						putter.keep(session, batch, isRepeated),
					));
			apply(kept);
			gauge.addAdmitted(kept.admitted);
			gauge.addUsed(kept.otherBytes);
			return kept.receipts;
		},
		{ firstMs: times.putMs, awayMs: times.putAwayMs },
	);
	const { counted, total, isExact } = await reading.estimate();
	gauge.start(counted, total, isExact);
	if (isSized) await gauge.measure();

	return {
		engine: "postgres",
		isShared: true,
		put: (batch) => puts.put(batch),
		...leasing,
		async settle(settlements) {
			if (settlements.length === 0) return [];
			const settled = await settle(settlements);
			apply(settled);
			return settled.isWritten;
		},
		onWork: (listener) => signal.onWork(listener),
		backlog: () => gauge.total,
		fill: (route) => gauge.of(route),
		readState: state.readState,
		listState: state.listState,
		writeState: state.writeState,
		get: reading.get,
		list: reading.list,
		stats: reading.stats,
		export: reading.export,
		async replay(selection) {
			const changed = await changing.replay(selection);
			apply(changed);
			return changed.count;
		},
		async release(id, as) {
			const changed = await changing.release(id, as);
			if (changed !== undefined) apply(changed);
			return changed !== undefined;
		},
		async drop(selection) {
			const changed = await changing.drop(selection);
			apply(changed);
			return changed.count;
		},
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
		async close() {
			await puts.settled();
			gauge.stop();
			// The timer keeps the process alive meanwhile: idle connections do not, and the process would end
			// in the middle of closing them, with exit code 13.
			await within(
				signal.close().then(() => connections.close()),
				CLOSE_MS,
			);
		},
	};
}

// --- helpers ---

/** Milliseconds that a server which does not answer is given to close the connections. */
const CLOSE_MS = 5000;
