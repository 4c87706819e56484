import type { Desk } from "./desk.ts";
import type { History } from "./history.ts";
import type { Pacing } from "./pacing.ts";
import type { Queue } from "./queue.ts";
import type { Spool } from "./spool.ts";
import type { PluginState } from "./state.ts";

/**
 * The port of the inbox, which every engine implements. Users take the narrowest of its five parts. Every engine MUST pass
 * `test/inbox/contract.ts`.
 */
export interface InboxStore extends Queue, Desk, Pacing, PluginState, History {
	/** The name of the engine, as `inbox stats` prints it. */
	readonly engine: "sqlite" | "postgres" | "memory";
	/** True if it ends with the process. Default false. */
	readonly isVolatile?: boolean;
	/** The file that takes events while the database is away. Absent without one. */
	readonly spool?: Spool;
	/** Ends all work of the store. All promised writes are on disk. */
	close(): Promise<void>;
}

/** A delivery that was removed to make room. */
export interface Evicted {
	readonly id: string;
	readonly route: string;
	readonly state: "quarantined" | "dead";
}

/** A commit of new deliveries. */
export interface Commit {
	/** The number of deliveries that it was asked to store, duplicates included. */
	readonly deliveries: number;
	/** The milliseconds of making it durable: the sync of the disk, or the wait for the confirmation of the server. */
	readonly ms: number;
}

/** The options that every engine takes. */
export interface StoreOptions {
	/**
	 * The limit of the quarantine's `door` budget. The oldest deliveries of one client are removed beyond a tenth of it, then the
	 * oldest of all. The store does not limit the `admitted` budget: the caller of `put` checks `fill` first.
	 */
	readonly quarantine: { readonly maxCount: number; readonly maxBytes: number };
	/**
	 * The size limit of the inbox in bytes. Near it `prune` removes finished deliveries, and dead ones beyond a quarter of it.
	 * The caller of `put` checks `fill` first. Undefined for no limit.
	 */
	readonly maxBytes?: number | undefined;
	/** Called after each commit of new deliveries, once for all that it stored. MUST NOT throw. */
	readonly onCommit?: (commit: Commit) => void;
	/** Called with the deliveries that were removed to make room. MUST NOT throw. */
	readonly onEvicted?: (evicted: readonly Evicted[]) => void;
	/**
	 * Returns milliseconds since the epoch. Default: the engine's own clock, which ignores changes of the system's time while it
	 * is open.
	 */
	readonly clock?: () => number;
	/** Called with a sentence for the operator about a problem that stops nothing. MUST NOT throw. */
	readonly onWarning?: (message: string) => void;
}
