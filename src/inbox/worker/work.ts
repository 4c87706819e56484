import type { Halting } from "../port/halt.ts";
import type { InboxStore, Lease, Settlement } from "../port/store.ts";
import type { OutageListener } from "./outage.ts";

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

/** How a route is to be tried while the service behind it is known to fail. */
export interface Caution {
	/** Milliseconds until one delivery may be tried; 0 for now. */
	readonly restMs: number;
	/** Ids of deliveries that failed there, the longest ago first: any other tells more. */
	readonly avoid: readonly string[];
}

/** How the deliveries of a route are handled. */
export interface RouteWork {
	/** Handlers at once. */
	readonly concurrency: number;
	/** While it returns something, one delivery at a time is taken, and none before it may be tried. */
	caution?(): Caution | undefined;
	/**
	 * Handles a delivery once and says what came of it. MUST NOT throw, MUST end by itself (it has its
	 * own timeout), and SHOULD end soon once `halt` aborts: the lease was lost, or the router stops.
	 */
	deliver(lease: Lease, halt: Halting): Delivered | Promise<Delivered>;
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

/** What the worker does now. */
export interface WorkerStats {
	/** Handlers at work. */
	readonly running: number;
	/** Leases held: waiting for a handler, handled, or not yet written. */
	readonly held: number;
	/** True while the store fails. */
	readonly isOutage: boolean;
}

/** Takes deliveries from the inbox, runs their handlers, and writes what became of them. */
export interface Worker {
	/** Begins to take deliveries. */
	start(): void;
	/** There may be work for these routes; without an argument for any, as after a reload. */
	wake(routes?: readonly string[]): void;
	/**
	 * Keeps a place for a delivery of the route that is on its way into the store: put with `leaseMs`, it may be handled without being
	 * asked for. Undefined where the route is busy or resting.
	 */
	keepPlace(route: string): Place | undefined;
	/**
	 * Takes no more deliveries, waits for the handlers at work, after `drainMs` aborts their signals and
	 * gives their deliveries back unharmed. Resolves when all is written, or 5 s later where the store does
	 * not take it: their leases then run out. A second call can only make it shorter.
	 */
	stop(drainMs: number): Promise<void>;
	stats(): WorkerStats;
}

/** A kept place. Either `take` or `leave` MUST be called, once. */
export interface Place {
	/** For how long the delivery is to be leased, milliseconds. */
	readonly leaseMs: number;
	/** The store has it and leased it. */
	take(lease: Lease): void;
	/** It is not leased: a duplicate, or one that has to wait for others. */
	leave(): void;
}
