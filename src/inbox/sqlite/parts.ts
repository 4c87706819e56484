import type { StoreOptions } from "../port/store.ts";
import { type Commands, createCommands } from "./command.ts";
import { type Connection, createConnection } from "./connection.ts";
import { createCount } from "./count.ts";
import type { Database } from "./driver.ts";
import { createKeep, type Keep } from "./keep.ts";
import { createLanes } from "./lanes.ts";
import { createLeases, type HeldLeases, type Leases } from "./leases.ts";
import { createLook, type Look } from "./look.ts";
import { createPluginState, type PluginState } from "./plugin-state.ts";
import { createQuarantine, type Quarantine } from "./quarantine.ts";
import { createRemove } from "./remove.ts";
import { Seen, type SeenOptions } from "./seen.ts";
import { createSeenSweep } from "./seen-sweep.ts";
import { createSeenTable } from "./seen-table.ts";
import { createSettle, type Settle } from "./settle.ts";
import type { Counted, Tally } from "./tally.ts";
import { createUpkeep, type Upkeep } from "./upkeep.ts";

/** All that works on one connection, its statements prepared. */
export interface Parts {
	readonly connection: Connection;
	readonly tally: Tally;
	readonly count: () => Counted;
	readonly seen: Seen;
	readonly keep: Keep;
	readonly quarantine: Quarantine;
	readonly leases: Leases;
	readonly settle: Settle;
	readonly state: PluginState;
	readonly look: Look;
	readonly commands: Commands;
	readonly upkeep: Upkeep;
}

/** What the parts are made with. */
export interface PartsOptions {
	readonly quarantine: StoreOptions["quarantine"];
	/** The core's own: it outlives a connection. */
	readonly tally: Tally;
	readonly maxBytes: number | undefined;
	readonly window: number;
	readonly seen: SeenOptions | undefined;
	readonly beforeCommit: ((synchronous: number) => void) | undefined;
}

/** Prepares everything on an open database; the tally is still to be counted. */
export function createParts(
	db: Database,
	held: HeldLeases,
	{
		quarantine: bound,
		tally,
		maxBytes,
		window,
		seen: pace,
		beforeCommit,
	}: PartsOptions,
): Parts {
	const connection = createConnection(db, beforeCommit);
	const lanes = createLanes(db);
	const table = createSeenTable(db);
	const seen = new Seen(db, table, pace);
	const remove = createRemove(db, lanes, tally, seen);
	const quarantine = createQuarantine(db, remove, tally, bound);
	const keep = createKeep(db, lanes, tally, seen, quarantine);
	const state = createPluginState(db);
	const look = createLook(db, window);
	return {
		connection,
		tally,
		count: createCount(db),
		seen,
		keep,
		quarantine,
		leases: createLeases(db, lanes, held),
		settle: createSettle(db, lanes, keep, held, tally, state.write),
		state,
		look,
		commands: createCommands(
			db,
			lanes,
			look,
			keep,
			remove,
			tally,
			seen,
			quarantine,
		),
		upkeep: createUpkeep(
			db,
			remove,
			createSeenSweep(table),
			state,
			tally,
			maxBytes,
		),
	};
}
