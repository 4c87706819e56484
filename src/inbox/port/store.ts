import type { Desk } from "./desk.ts";
import type { Queue } from "./queue.ts";
import type { PluginState } from "./state.ts";

/**
 * The port of the inbox: what an engine is. Users take the narrowest of its three parts. Every engine MUST pass
 * `test/inbox/contract.ts`.
 */
export interface InboxStore extends Queue, Desk, PluginState {
	/** The name of the engine, as `inbox stats` prints it. */
	readonly engine: "sqlite" | "postgres" | "memory";
	/** True where all of it ends with the process; default false. */
	readonly isVolatile?: boolean;
	/** Ends all work of the store; what was promised is on disk. */
	close(): Promise<void>;
}

/** A delivery that was removed to make room. */
export interface Evicted {
	readonly id: string;
	readonly route: string;
	readonly state: "quarantined" | "dead";
}

/** The options that every engine takes. */
export interface StoreOptions {
	/**
	 * Bound of the quarantine's `door` budget. One client's oldest go first, beyond a tenth of it, then the oldest of all. The store
	 * itself sets no bound to the `admitted` budget: the caller of `put` asks `fill` before.
	 */
	readonly quarantine: { readonly maxCount: number; readonly maxBytes: number };
	/**
	 * Bytes that the inbox may take. Near this bound `prune` removes finished deliveries, and dead ones beyond a quarter of it.
	 * The caller of `put` asks `fill` before. Undefined for no bound.
	 */
	readonly maxBytes?: number | undefined;
	/** Hears which deliveries were removed to make room. MUST NOT throw. */
	readonly onEvicted?: (evicted: readonly Evicted[]) => void;
	/** Milliseconds since the epoch; default the engine's own clock, which a change of the system's time does not move while it is open. */
	readonly clock?: () => number;
	/** Hears a sentence that the operator should read, and that stops nothing. MUST NOT throw. */
	readonly onWarning?: (message: string) => void;
}
