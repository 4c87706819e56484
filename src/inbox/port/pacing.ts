import type { Pauses, PauseTerms } from "./pause.ts";
import type { Lease, LeaseAsk } from "./queue.ts";
import type { Toll } from "./rate.ts";

/**
 * Pacing: pauses of routes and limits of their rate. Both are stored, so they hold for all routers of an inbox, and outlive a
 * restart. While a route is paused, `lease` and `put` lease nothing of it, and `due` does not name it before the pause ends. Paused
 * time does not count for the retention.
 */
export interface Pacing {
	/** Returns the present and past pauses. */
	pauses(): Promise<Pauses>;
	/** Pauses routes. A route that is paused already stays paused, with the new end and reason. */
	pause(routes: readonly string[], terms: PauseTerms): Promise<void>;
	/** Ends the pauses of routes. Returns the routes that were paused. */
	resume(routes: readonly string[]): Promise<readonly string[]>;
	/** Calls back soon after pauses have changed, here or in another process. Returns a function that stops it. */
	onPauses(listener: () => void): () => void;
	/**
	 * Leases as `lease` does, and takes a token for each delivery from every bucket of its ask, in the same step. Leases no more
	 * than there are tokens.
	 */
	leasePaced(asks: readonly PacedAsk[], leaseMs: number): Promise<PacedLeases>;
}

/** A request for deliveries of a route with a rate. */
export interface PacedAsk extends LeaseAsk {
	readonly tolls: readonly Toll[];
}

/** The answer to paced requests. */
export interface PacedLeases {
	readonly leases: readonly Lease[];
	/** The routes that may have more work, and the milliseconds until the next token. */
	readonly waits: readonly { readonly route: string; readonly inMs: number }[];
}
