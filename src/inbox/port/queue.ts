import type { Amount } from "./delivery.ts";
import type { Doubt } from "./doubt.ts";
import type { StateWrite } from "./state.ts";

/**
 * The queue: deliveries come in, are leased, and are settled. The pipeline puts, the worker does the rest.
 *
 * At least once, exactly one success for each dedupe key, strict order for each order key through
 * retries. A delivery in retry keeps its lane; a dead one frees it. Times come from the store's own
 * clock: the caller never passes one.
 */
export interface Queue {
	/** True where several routers may work on it at once. */
	readonly isShared: boolean;

	/**
	 * Keeps a batch. Resolves only when all of it would survive a power cut. Rejects with INBOX_UNAVAILABLE
	 * when nothing of it was kept, or when that is not known in time: then it may still be kept. A duplicate (within
	 * the batch, across batches, after delivery) changes nothing.
	 */
	put(batch: readonly NewDelivery[]): Promise<readonly Receipt[]>;

	/** Leases due deliveries, oldest first, at most `max` of each route; never two of one order key. */
	lease(asks: readonly LeaseAsk[], leaseMs: number): Promise<readonly Lease[]>;
	/** Extends leases; returns the ids of those that are lost. */
	extend(
		leases: readonly Pick<Lease, "id" | "attempt">[],
		leaseMs: number,
	): Promise<readonly string[]>;
	/** Writes settlements; false where a lease was lost meanwhile: then nothing of that settlement is written. */
	settle(settlements: readonly Settlement[]): Promise<readonly boolean[]>;

	/** Returns the routes with unfinished work that is not blocked, and in how many milliseconds the first of each is due (0: now). */
	due(): Promise<readonly { readonly route: string; readonly inMs: number }[]>;
	/** Calls back when routes may have work: after a put, a settlement, a command, here or elsewhere. Returns a function that stops it. */
	onWork(listener: (routes: readonly string[]) => void): () => void;

	/** Returns how many deliveries are neither delivered, dead nor quarantined; cheap, and exact enough to bound the backlog. */
	backlog(): number;
	/** Returns how full the inbox is, as one route sees it; cheap as `backlog`. */
	fill(route: string): Fill;
}

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
	/** Unique within the route while the delivery is kept; a quarantined one does not take it. */
	readonly dedupeKey: string | undefined;
	/** Deliveries of the route that share it are handled one at a time, in order of arrival. */
	readonly orderKey: string | undefined;
	/** `delivered` and `dead` are for replies: answered already, recorded afterwards. */
	readonly state: "received" | "delivered" | "dead" | "quarantined";
	/** Why it is quarantined or dead: `CODE: sentence`. */
	readonly reason: string | undefined;
	/** Undefined unless it is quarantined. A quarantined one without it counts as admitted. */
	readonly quarantine?: Quarantined | undefined;
	/** JSON text of everything that came with the body; the store never reads it. */
	readonly envelope: string;
	/** The body's bytes as they were sent. */
	readonly body: Uint8Array;
	/** JSON text of the answer that a reply gave, kept as long as the body; the store never reads it. */
	readonly answer?: string | undefined;
	/**
	 * Milliseconds to lease it for in the same step, as its first attempt; undefined does not. A store MUST NOT do
	 * so where another delivery of its order key, or one that is due, goes first, and MAY leave it to `lease` at any time.
	 */
	readonly leaseMs?: number | undefined;
}

/** Says why a delivery is in quarantine, and whose it is. */
export interface Quarantined {
	/** In the order of the gates. */
	readonly doubts: readonly Doubt[];
	/** The client it counts for in the `door` budget, of which one client has a tenth at most. Undefined for nobody. */
	readonly client: string | undefined;
}

/** The answer of `put` for one delivery; receipts come in the order of the batch. */
export interface Receipt {
	/** The id that it is kept under; for a duplicate the id of the first. */
	readonly id: string;
	readonly isDuplicate: boolean;
	/** True where `NewDelivery.leaseMs` leased it to the caller. */
	readonly isLeased?: true;
}

/** A delivery that one worker has for a while: when the time is over, another may take it. */
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

/** Asks for the deliveries of one route. */
export interface LeaseAsk {
	readonly route: string;
	readonly max: number;
	/**
	 * Asks for one delivery that finds out whether an upstream is back: among the newest that are due, one that is not in this list,
	 * else the first in it; then one with the fewest attempts; then the newest.
	 */
	readonly avoid?: readonly string[];
}

/** The number of newest due deliveries among which a store looks for a probe. */
export const PROBE_CHOICE = 1000;

/**
 * Says what becomes of a delivery after an attempt. `reason` is one sentence, kept with the delivery and in its history;
 * `stack` tells in lines where the handler threw, and is kept in the history alone.
 */
export type Verdict =
	| { readonly as: "delivered" }
	/** Tried again after `afterMs`. */
	| {
			readonly as: "waiting";
			readonly afterMs: number;
			readonly reason: string;
			readonly stack?: string | undefined;
			/** It leaves its lane for good and goes on alone: the deliveries behind it no longer wait for it. */
			readonly stepsAside?: true;
	  }
	| {
			readonly as: "dead";
			readonly reason: string;
			readonly stack?: string | undefined;
	  }
	/** Given back untried, as at a drain: the attempt does not count. It stays where it was in the queue, unless `afterMs` delays it. */
	| { readonly as: "returned"; readonly afterMs?: number };

/** Ends a lease: the verdict, and what commits together with it. */
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

/** How full an inbox is, by numbers in memory that are exact enough to bound it. */
export interface Fill {
	/** Unfinished deliveries of the route. */
	readonly own: Amount;
	/** Quarantined deliveries of the `admitted` budget. */
	readonly admitted: Amount;
	/** Bytes that the whole inbox takes; 0 where it has no bound. */
	readonly usedBytes: number;
}
