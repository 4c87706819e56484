import type { Alert } from "./alert.ts";
import type { Amount } from "./delivery.ts";
import type { Doubt } from "./doubt.ts";
import type { StateWrite } from "./state.ts";

/**
 * The queue: deliveries are put, leased, and settled. The pipeline puts them, and the worker does the rest.
 *
 * Handling is at least once, with exactly one success for each dedupe key and strict order for each order key through
 * retries. A delivery in retry blocks its lane, and a dead one frees it. The store uses its own clock: the caller never passes
 * a time.
 */
export interface Queue {
	/** True if several routers may work on it at once. */
	readonly isShared: boolean;

	/**
	 * Stores a batch. Resolves only when all of it would survive a power cut. Rejects with INBOX_UNAVAILABLE if nothing was
	 * stored, or if that is not known in time, in which case it may still be stored. A duplicate (within the batch, across
	 * batches, after delivery) changes nothing.
	 */
	put(batch: readonly NewDelivery[]): Promise<readonly Receipt[]>;

	/** Leases due deliveries, oldest first, at most `max` for each route, and never two with one order key. */
	lease(asks: readonly LeaseAsk[], leaseMs: number): Promise<readonly Lease[]>;
	/** Extends leases. Returns the ids of lost ones. */
	extend(
		leases: readonly Pick<Lease, "id" | "attempt">[],
		leaseMs: number,
	): Promise<readonly string[]>;
	/** Writes settlements. Returns false for each settlement whose lease was lost: nothing of it is written. */
	settle(settlements: readonly Settlement[]): Promise<readonly boolean[]>;

	/**
	 * Raises alerts without another change: makes an event of each, or adds it to the event of its window. Every store MUST try
	 * the places of `placesOf` in their order, and respect ALERT_RESERVE.
	 */
	raise(alerts: readonly Alert[]): Promise<void>;

	/** Returns the routes with unblocked unfinished work, and the milliseconds until the first delivery of each is due (0: now). */
	due(): Promise<readonly { readonly route: string; readonly inMs: number }[]>;
	/**
	 * Calls back when routes may have work: after a put, a settlement or a command, here or in another process. Returns a
	 * function that stops it.
	 */
	onWork(listener: (routes: readonly string[]) => void): () => void;

	/** Returns the number of deliveries that are neither delivered, dead nor quarantined. Cheap, and exact enough to limit the backlog. */
	backlog(): number;
	/** Returns the fill level of the inbox for one route. As cheap as `backlog`. */
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
	/** Unique within the route while the delivery is stored. A quarantined delivery does not occupy it. */
	readonly dedupeKey: string | undefined;
	/** Deliveries of the route with the same order key are handled one at a time, in order of arrival. */
	readonly orderKey: string | undefined;
	/** `delivered` and `dead` are for replies, which are recorded after they were answered. */
	readonly state: "received" | "delivered" | "dead" | "quarantined";
	/** The reason why it is quarantined or dead: `CODE: sentence`. */
	readonly reason: string | undefined;
	/** Undefined unless it is quarantined. A quarantined delivery without it counts as admitted. */
	readonly quarantine?: Quarantined | undefined;
	/** All other parts of the webhook as JSON text. The store never reads it. */
	readonly envelope: string;
	/** The body's bytes as they were sent. */
	readonly body: Uint8Array;
	/** The answer of a reply as JSON text, stored as long as the body. The store never reads it. */
	readonly answer?: string | undefined;
	/**
	 * The milliseconds to lease it for in the same step, as its first attempt. Undefined does not lease it. A store MUST NOT
	 * lease it if another delivery of its order key, or one that is due, comes first, and MAY always leave it to `lease`.
	 */
	readonly leaseMs?: number | undefined;
	/** Milliseconds from now until its first attempt. Default 0. */
	readonly delayMs?: number | undefined;
	/** Raised in the same transaction, unless it is a duplicate. Default none. */
	readonly alerts?: readonly Alert[] | undefined;
	/** Put in the same transaction, unless it is a duplicate. One whose id is known is left out. Default none. */
	readonly children?: readonly Child[] | undefined;
}

/**
 * A delivery of the same webhook for another route, put in the transaction of its parent. It has the envelope and the body of the
 * parent, and retries, an order, a pace and an end of its own. `child.ts` makes its id.
 */
export type Child = Pick<
	NewDelivery,
	"id" | "route" | "kind" | "orderKey" | "delayMs"
>;

/** The reasons of a quarantine, and the client that it counts for. */
export interface Quarantined {
	/** In the order of the gates. */
	readonly doubts: readonly Doubt[];
	/** The client that it counts for in the `door` budget. One client may use at most a tenth of it. Undefined for no client. */
	readonly client: string | undefined;
}

/** The result of `put` for one delivery. Receipts are in the order of the batch. */
export interface Receipt {
	/** The id under which it is stored. For a duplicate the id of the first delivery. */
	readonly id: string;
	readonly isDuplicate: boolean;
	/** True if `NewDelivery.leaseMs` leased it to the caller. */
	readonly isLeased?: true;
}

/** A delivery that one worker has for a limited time. Afterwards another worker may lease it. */
export interface Lease {
	readonly id: string;
	readonly route: string;
	readonly kind: string;
	readonly orderKey: string | undefined;
	/** 1 for the first attempt. */
	readonly attempt: number;
	readonly receivedAt: number;
	readonly envelope: string;
	readonly body: Uint8Array;
}

/** A request for deliveries of one route. */
export interface LeaseAsk {
	readonly route: string;
	readonly max: number;
	/**
	 * Requests one delivery to test whether an upstream has recovered. Among the newest due deliveries, the store prefers one
	 * that is not in this list, otherwise the first of the list; then the one with the fewest attempts; then the newest.
	 */
	readonly avoid?: readonly string[];
}

/** The number of newest due deliveries among which a store chooses a probe. */
export const PROBE_CHOICE = 1000;

/**
 * The result of an attempt for its delivery. `reason` is one sentence, stored with the delivery and in its history. `stack` is
 * the stack of the handler's error, stored only in the history.
 */
export type Verdict =
	| { readonly as: "delivered" }
	/** Tried again after `afterMs`. */
	| {
			readonly as: "waiting";
			readonly afterMs: number;
			readonly reason: string;
			readonly stack?: string | undefined;
			/** It leaves its lane for good and is retried on its own: later deliveries no longer wait for it. */
			readonly stepsAside?: true;
	  }
	| {
			readonly as: "dead";
			readonly reason: string;
			readonly stack?: string | undefined;
	  }
	/** Returned untried, as at a drain: the attempt does not count. It keeps its position in the queue, unless `afterMs` delays it. */
	| { readonly as: "returned"; readonly afterMs?: number };

/** Ends a lease with a verdict, and with the writes that commit together with it. */
export interface Settlement {
	readonly lease: Pick<Lease, "id" | "attempt">;
	readonly verdict: Verdict;
	/** Milliseconds since the epoch. */
	readonly startedAt: number;
	readonly durationMs: number;
	/** Stored only if the verdict is `delivered`. */
	readonly writes: readonly StateWrite[];
	/** New events of the handler. Put only if the verdict is `delivered`. */
	readonly events: readonly NewDelivery[];
	/** Raised in the same transaction. Default none. */
	readonly alerts?: readonly Alert[] | undefined;
	/** Written only if the lease ends within so many milliseconds: nobody extended it meanwhile. Default: always. */
	readonly lapsesWithinMs?: number | undefined;
}

/** The fill level of an inbox, from counters in memory that are exact enough to limit it. */
export interface Fill {
	/** Unfinished deliveries of the route. */
	readonly own: Amount;
	/** Quarantined deliveries of the `admitted` budget. */
	readonly admitted: Amount;
	/** The bytes that the whole inbox uses. 0 if it has no limit. */
	readonly usedBytes: number;
}
