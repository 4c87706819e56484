import type { OutageListener } from "./outage.ts";
import type { InboxStore, Lease, Settlement } from "./store.ts";

/** What the worker needs of the store. */
export type WorkerStore = Pick<
	InboxStore,
	"isShared" | "lease" | "extend" | "settle" | "due" | "onWork"
>;

/** What came of handling a delivery once. */
export interface Delivered
	extends Pick<Settlement, "verdict" | "writes" | "events"> {
	/**
	 * Milliseconds for which the route takes nothing more, because the service behind is known to be
	 * down. With the verdict `returned`, where it is 1,000 by default, a backlog then burns no attempts.
	 */
	readonly restMs?: number | undefined;
}

/** The outcome of what is given back untried. */
export const RETURNED: Delivered = Object.freeze({
	verdict: Object.freeze({ as: "returned" }),
	writes: [],
	events: [],
});

/** How the deliveries of a route are handled. */
export interface RouteWork {
	/** Handlers at once. */
	readonly concurrency: number;
	/**
	 * Handles a delivery once and says what came of it. MUST NOT throw, MUST end by itself (it has its
	 * own timeout), and SHOULD end soon once `signal` aborts: the lease was lost, or the router stops.
	 */
	deliver(lease: Lease, signal: AbortSignal): Delivered | Promise<Delivered>;
}

/** Routes by name. */
export type Routes = ReadonlyMap<string, RouteWork>;

/** An outcome that is written. */
export interface Settled {
	readonly lease: Lease;
	readonly outcome: Delivered;
	/** Milliseconds since the epoch. */
	readonly startedAt: number;
	readonly durationMs: number;
}

/** Who hears of the worker's doings. None of these may throw. */
export interface WorkerListener extends OutageListener {
	onSettled?(settled: Settled): void;
	/** A lease ran out before its outcome was written: the event is handled again. */
	onLost?(lease: Lease): void;
	/** `deliver` threw, a fault of the router's own: the delivery is tried again by the default policy. */
	onFault?(lease: Lease, error: unknown): void;
}
