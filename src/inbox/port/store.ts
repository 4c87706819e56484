import type {
	Amount,
	DeliveryDetail,
	DeliveryFilter,
	DeliveryPage,
	ExportedDelivery,
	InboxStats,
	PruneRules,
	Selection,
} from "./delivery.ts";
import type { Doubt } from "./doubt.ts";

/** An event on its way into the inbox. */
export interface NewDelivery {
	/** The event's id (UUID). */
	readonly id: string;
	/** The route's name. */
	readonly route: string;
	/** The kind's name. */
	readonly kind: string;
	/** Milliseconds since the epoch. */
	readonly receivedAt: number;
	/** Unique within the route while the delivery is kept; a quarantined one does not hold it. */
	readonly dedupeKey: string | undefined;
	/** One at a time, in order of arrival, among those of the route that share it. */
	readonly orderKey: string | undefined;
	/** `delivered` and `dead` are for replies: answered already, recorded afterwards. */
	readonly state: "received" | "delivered" | "dead" | "quarantined";
	/** Why it is quarantined or dead: `CODE: sentence`. */
	readonly reason: string | undefined;
	/** Undefined unless it is quarantined; such a one without it counts as admitted. */
	readonly quarantine?: Quarantined | undefined;
	/** JSON text of all that came with the body; the store never reads it. */
	readonly envelope: string;
	/** The body's bytes as they were sent. */
	readonly body: Uint8Array;
	/**
	 * Milliseconds for which whoever puts it would lease it at once, as its first attempt; undefined does not. A store MUST NOT do
	 * so where something that is due, or of its order key, is before it, and may leave it to `lease` at any time.
	 */
	readonly leaseMs?: number | undefined;
}

/** Why a delivery is in quarantine, and whose it is. */
export interface Quarantined {
	/** In the order of the gates. */
	readonly doubts: readonly Doubt[];
	/** Whom it counts for, among what was refused at the door: a tenth of that is the most for one. Undefined for nobody. */
	readonly client: string | undefined;
}

/** What `put` says of each, in the order of the batch. */
export interface Receipt {
	/** The id it is kept under: the first one's for a duplicate. */
	readonly id: string;
	readonly isDuplicate: boolean;
	/** True where it is leased to the caller from now on, by `NewDelivery.leaseMs`. */
	readonly isLeased?: true;
}

/** A delivery taken for a while. */
export interface Lease {
	readonly id: string;
	readonly route: string;
	readonly kind: string;
	readonly orderKey: string | undefined;
	/** 1 for the first try. */
	readonly attempt: number;
	readonly receivedAt: number;
	readonly envelope: string;
	readonly body: Uint8Array;
}

/** What is asked of the store for one route. */
export interface LeaseAsk {
	readonly route: string;
	readonly max: number;
	/**
	 * Given to ask for one that finds out whether a service is there: among the newest that are due, one that is not in this list,
	 * else the first in it; then one with the fewest attempts; then the one that came last.
	 */
	readonly avoid?: readonly string[];
}

/** How many of the newest that are due a store looks at to find one that tells most. */
export const PROBE_CHOICE = 1000;

/**
 * What became of an attempt. `reason` is one sentence, kept with the delivery and in its history; `stack`,
 * where the handler threw, tells in lines where, and is kept in the history alone.
 */
export type Verdict =
	| { readonly as: "delivered" }
	/** Tried again after `afterMs`. */
	| {
			readonly as: "waiting";
			readonly afterMs: number;
			readonly reason: string;
			readonly stack?: string | undefined;
			/** It leaves the lane of its order key for good, and goes on alone: those behind it do not wait for it any more. */
			readonly stepsAside?: true;
	  }
	| {
			readonly as: "dead";
			readonly reason: string;
			readonly stack?: string | undefined;
	  }
	/** Given back, as at drain: the attempt does not count. It keeps its place in the queue, unless it is not to be tried before `afterMs`. */
	| { readonly as: "returned"; readonly afterMs?: number };

/** The outcome of a lease, with all that commits together with it. */
export interface Settlement {
	readonly lease: Pick<Lease, "id" | "attempt">;
	readonly verdict: Verdict;
	/** Milliseconds since the epoch. */
	readonly startedAt: number;
	readonly durationMs: number;
	/** Kept only when the verdict is `delivered`. */
	readonly writes: readonly StateWrite[];
	/** New events that the handler made; put only when the verdict is `delivered`. */
	readonly events: readonly NewDelivery[];
}

/** One write to the durable state of a plugin; `value` undefined deletes. */
export interface StateWrite {
	readonly plugin: string;
	readonly key: string;
	/** JSON text. */
	readonly value: string | undefined;
	/** Milliseconds from now; undefined keeps it for good. */
	readonly expiresAfterMs: number | undefined;
}

/**
 * The port of the inbox: what keeps deliveries. Every engine MUST pass `test/inbox/contract.ts`.
 *
 * At least once, exactly one success for each dedupe key, strict order for each order key through
 * retries. A delivery in retry keeps its lane; a dead one releases it. Times come from the store's own
 * clock: the caller never passes one.
 */
export interface InboxStore {
	readonly engine: "sqlite" | "postgres";
	/** True where several routers may work on it at once. */
	readonly isShared: boolean;

	/**
	 * Keeps a batch. Resolves only when all of it would survive a power cut; rejects with INBOX_UNAVAILABLE
	 * when nothing of it was kept, or when that is not known in time: then it may still be. A duplicate (within
	 * the batch, across batches, after delivery) changes nothing.
	 */
	put(batch: readonly NewDelivery[]): Promise<readonly Receipt[]>;

	/** Takes due deliveries, oldest first, at most `max` of each route; never two of one order key. */
	lease(asks: readonly LeaseAsk[], leaseMs: number): Promise<readonly Lease[]>;
	/** Prolongs leases; returns the ids of those that are lost. */
	extend(
		leases: readonly Pick<Lease, "id" | "attempt">[],
		leaseMs: number,
	): Promise<readonly string[]>;
	/** Writes outcomes; false where a lease was lost meanwhile: then nothing of that settlement was written. */
	settle(settlements: readonly Settlement[]): Promise<readonly boolean[]>;

	/** The routes with unfinished work that is not blocked, and in how many milliseconds the first of each is due (0: now). */
	due(): Promise<readonly { readonly route: string; readonly inMs: number }[]>;
	/** Calls back when there may be work for routes: after a put, a settlement, a command, here or elsewhere. Returns how to stop. */
	onWork(listener: (routes: readonly string[]) => void): () => void;
	/** Deliveries that are neither delivered, dead nor quarantined; cheap, and exact enough to bound the backlog. */
	backlog(): number;
	/** How full it is, as one route sees it; cheap as `backlog`. */
	fill(route: string): Fill;

	/** Durable state of plugins. */
	readState(plugin: string, key: string): Promise<string | undefined>;
	listState(
		plugin: string,
		prefix: string,
		max: number,
	): Promise<readonly { readonly key: string; readonly value: string }[]>;
	/** Writes outside of a settlement, durable when it resolves. */
	writeState(writes: readonly StateWrite[]): Promise<void>;

	get(id: string): Promise<DeliveryDetail | undefined>;
	list(
		filter: DeliveryFilter,
		page: { readonly after?: string; readonly max: number },
	): Promise<DeliveryPage>;
	/** Dead or delivered ones are to be done again, at their old place among those of their key. Returns how many. */
	replay(selection: Selection): Promise<number>;
	/**
	 * Lets quarantined ones through: `received` now, under the given route and keys. Returns false where the
	 * dedupe key is taken or the delivery is not quarantined any more.
	 */
	release(id: string, as: Released): Promise<boolean>;
	/** Removes deliveries that nobody works on: never a leased one. Returns how many. */
	drop(selection: Selection): Promise<number>;
	stats(): Promise<InboxStats>;
	/** Removes what is over its time, and what is done where the room is nearly full; never unfinished work. Returns how many. */
	prune(rules: PruneRules): Promise<number>;

	/** All deliveries, oldest first, whole. */
	export(filter: DeliveryFilter): AsyncIterable<ExportedDelivery>;
	/** Takes exported ones in, in order; leased ones as `received`. A known id changes nothing. Returns how many were new. */
	import(batch: readonly ExportedDelivery[]): Promise<number>;

	/** Ends all work of the store; what was promised is on disk. */
	close(): Promise<void>;
}

/** How full an inbox is: numbers in memory, exact enough to bound it. */
export interface Fill {
	/** Unfinished deliveries of the route. */
	readonly own: Amount;
	/** What is in quarantine although it was admitted. */
	readonly admitted: Amount;
	/** Room that all of it takes; 0 where no bound was given to measure it for. */
	readonly usedBytes: number;
}

/** What a quarantined delivery becomes. */
export interface Released {
	readonly route: string;
	readonly kind: string;
	readonly dedupeKey: string | undefined;
	readonly orderKey: string | undefined;
}

/** A delivery that was removed to make room. */
export interface Evicted {
	readonly id: string;
	readonly route: string;
	readonly state: "quarantined" | "dead";
}

/** What every engine is opened with. */
export interface StoreOptions {
	/**
	 * Bound of the quarantine's `door`: the oldest go first, and of one client's before that, beyond a tenth of it. What was
	 * admitted the store keeps, however much: whoever puts it asks `fill` before.
	 */
	readonly quarantine: { readonly maxCount: number; readonly maxBytes: number };
	/**
	 * Room that the inbox may take, bytes: nearly there `prune` lets go of what is done, and of dead ones beyond a quarter of it.
	 * Whoever puts asks `fill` before. Undefined for no bound.
	 */
	readonly maxBytes?: number | undefined;
	/** Hears what gave way. MUST NOT throw. */
	readonly onEvicted?: (evicted: readonly Evicted[]) => void;
	/** Milliseconds since the epoch; default the engine's own clock, which a change of the system's time does not move while it is open. */
	readonly clock?: () => number;
	/** Hears a sentence that the operator should read, and that stops nothing. MUST NOT throw. */
	readonly onWarning?: (message: string) => void;
}
