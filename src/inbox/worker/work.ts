import type { Alert } from "../port/alert.ts";
import type { Halting } from "../port/halt.ts";
import type { Pacing } from "../port/pacing.ts";
import type { Lease, Queue, Settlement } from "../port/queue.ts";
import type { Toll } from "../port/rate.ts";
import type { OutageListener } from "./outage.ts";

/** The part of the queue that the worker uses. */
export type WorkerStore = Pick<
	Queue,
	"isShared" | "lease" | "extend" | "settle" | "due" | "onWork"
> &
	Pick<Pacing, "leasePaced">;

/** The result of handling a delivery once: the verdict, and what commits with it. */
export interface Result
	extends Pick<Settlement, "verdict" | "writes" | "events"> {
	/**
	 * Milliseconds that the route rests, because the upstream is known to be down: it takes nothing more. Default 1,000 with the
	 * verdict `returned`, else 0. A backlog behind a rest burns no attempts.
	 */
	readonly restMs?: number | undefined;
	/** The trace of the attempt, for its log line. Undefined if there is none. */
	readonly traceId?: string | undefined;
}

/** The result of a delivery that is given back untried. */
export const RETURNED: Result = Object.freeze({
	verdict: Object.freeze({ as: "returned" }),
	writes: [],
	events: [],
});

/** Says how a route may be tried while its upstream is known to fail. */
export interface Caution {
	/** Milliseconds until one delivery may be tried; 0 for now. */
	readonly restMs: number;
	/** Ids of deliveries that failed there, the longest ago first: any other one tells more about the upstream. */
	readonly avoid: readonly string[];
}

/** Handles the deliveries of one route. */
export interface RouteWork {
	/** Handlers at once. */
	readonly concurrency: number;
	/** The rates that limit how many handlers start in a time. Undefined for none. */
	readonly tolls?: readonly Toll[] | undefined;
	/** Milliseconds between the arrival of a delivery and its first attempt. Default 0. */
	readonly delayMs?: number | undefined;
	/** While it returns something, the worker takes one delivery at a time, and none before `restMs` is over. */
	caution?(): Caution | undefined;
	/** Returns the alerts to raise with the settlement of a delivery that becomes dead. MUST NOT throw. Default none. */
	alertsOf?(lease: Lease, reason: string): readonly Alert[] | undefined;
	/**
	 * Handles a delivery once. MUST NOT throw, MUST end by itself (it has its
	 * own timeout), and SHOULD end soon once `halt` aborts: the lease was lost, or the router stops.
	 */
	deliver(lease: Lease, halt: Halting): Result | Promise<Result>;
}

/** Routes by name. */
export type Routes = ReadonlyMap<string, RouteWork>;

/** An attempt whose result is written. */
export interface SettledAttempt {
	readonly lease: Lease;
	readonly result: Result;
	/** Milliseconds since the epoch. */
	readonly startedAt: number;
	readonly durationMs: number;
}

/** Hears of the worker's attempts. None of these may throw. */
export interface WorkerListener extends OutageListener {
	onSettled?(settled: SettledAttempt): void;
	/** A lease was lost before its result was written: the event is handled again. */
	onLost?(lease: Lease): void;
	/** `deliver` threw, a fault of the router's own: the delivery is tried again by the default policy. */
	onFault?(lease: Lease, error: unknown): void;
}

/** The state of the worker at one moment. */
export interface WorkerStats {
	/** Handlers at work. */
	readonly running: number;
	/** Deliveries under a lease: waiting for a handler, being handled, or not yet written. */
	readonly leased: number;
	/** True while the store fails. */
	readonly isOutage: boolean;
}

/** Takes deliveries from the inbox, runs their handlers, and writes the results. */
export interface Worker {
	/** Begins to take deliveries. */
	start(): void;
	/** Announces that these routes may have work; without an argument any route, as after a reload. */
	wake(routes?: readonly string[]): void;
	/** Gives the deliveries of these routes that wait for a handler back untried, because the routes are paused. */
	hold(routes: readonly string[]): void;
	/**
	 * Reserves a seat for a delivery on its way into the store: put with `leaseMs`, it can be handled without another call.
	 * Returns undefined where the route is busy, resting, paused, limited or delayed.
	 */
	reserveSeat(route: string): Seat | undefined;
	/**
	 * Takes no more deliveries and waits for the handlers at work; after `drainMs` it aborts their signals and
	 * returns their deliveries untried. Resolves when everything is written, or 5 s later where the store does
	 * not take it: those leases then run out. A second call can only make the drain shorter.
	 */
	stop(drainMs: number): Promise<void>;
	stats(): WorkerStats;
}

/** A reserved seat. Either `take` or `leave` MUST be called, once. */
export interface Seat {
	/** Milliseconds to lease the delivery for. */
	readonly leaseMs: number;
	/** The store has the delivery, and leased it. */
	take(lease: Lease): void;
	/** The delivery is not leased: it is a duplicate, has to wait for others, or was not put. */
	leave(): void;
}
