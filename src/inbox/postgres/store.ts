import { within } from "../../within.ts";
import type { InboxStore, StoreOptions } from "../port/store.ts";
import { Backlog } from "./backlog.ts";
import { createChanging } from "./change.ts";
import type { Connections } from "./connections.ts";
import { createImport } from "./import.ts";
import { createLanes } from "./lanes.ts";
import { createLeasing } from "./lease.ts";
import { LeaseMemo } from "./lease-memo.ts";
import { createPluginState } from "./plugin-state.ts";
import { createPrune } from "./prune.ts";
import { createPutter } from "./put.ts";
import { PutQueue } from "./put-queue.ts";
import { createReading } from "./read.ts";
import { createSettling } from "./settle.ts";
import { Signal } from "./signal.ts";

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
	readonly clock: StoreOptions["clock"] | undefined;
	readonly times: StoreTimes;
}

/** Puts the parts of the engine together, over tables that are of this version. */
export async function createStore(
	connections: Connections,
	{ schema, quarantine, clock, times }: StoreSettings,
): Promise<InboxStore> {
	const quoted = `"${schema}"`;
	const readClock = () => (clock === undefined ? null : Math.round(clock()));
	const lanes = createLanes(quoted);
	const putter = createPutter(schema, readClock, lanes, quarantine);
	const state = createPluginState(quoted, connections, readClock);
	const reading = createReading(quoted, connections);
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
	const take = createImport(schema, connections, readClock, lanes);
	const prune = createPrune(quoted, connections, readClock);
	const backlog = new Backlog(reading.countWork, times.countMs);
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
		readonly workDelta: number;
		readonly routes: ReadonlySet<string>;
	}) => {
		backlog.add(change.workDelta);
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
			apply({ workDelta: kept.workCount, routes: kept.routes });
			return kept.receipts;
		},
		{ firstMs: times.putMs, awayMs: times.putAwayMs },
	);
	const { count, isExact } = await reading.estimateWork();
	backlog.start(count, isExact);

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
		backlog: () => backlog.value,
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
		prune,
		async import(batch) {
			const imported = await take(batch);
			apply(imported);
			return imported.count;
		},
		async close() {
			await puts.settled();
			backlog.stop();
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
