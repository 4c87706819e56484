import type { HookEvent } from "../../event/webhook.ts";
import type { PullTerms } from "../../handler/handler.ts";
import type { Lease } from "../../inbox/port/queue.ts";
import type { Timing } from "../../inbox/worker/timing.ts";
import type { RouteWork } from "../../inbox/worker/work.ts";
import type { ServedRoute } from "../served-route.ts";

/** A route whose events a service fetches, as the present configuration has it. */
export interface PullTarget extends PullTerms {
	readonly route: ServedRoute;
	/** Knows the alerts of its dead deliveries. */
	readonly work: Pick<RouteWork, "alertsOf">;
}

/** An event that a service has fetched. */
export interface Pulled {
	readonly lease: Lease;
	readonly event: HookEvent;
	/** The end of the lease, in milliseconds since the epoch. */
	readonly until: number;
}

/** A lease that a service has, and the time at which it began. */
export interface Held {
	readonly lease: Lease;
	/** Milliseconds since the epoch. */
	readonly startedAt: number;
	/** The same moment by `Timing.nowMs`. */
	readonly beganMs: number;
}

/** The leases that services have from this router, each with the timer of its end. */
export class LeaseTable<Target> {
	readonly #timing: Timing;
	readonly #onEnd: (held: Held, target: Target) => Promise<void>;
	readonly #held = new Map<string, Entry>();
	readonly #counts = new Map<string, number>();
	readonly #listeners = new Map<string, Set<() => void>>();

	/** @param onEnd called when the time of a lease is over. It is no longer in the table. MUST NOT reject. */
	constructor(
		timing: Timing,
		onEnd: (held: Held, target: Target) => Promise<void>,
	) {
		this.#timing = timing;
		this.#onEnd = onEnd;
	}

	/** Adds a lease for so many milliseconds, or extends it. */
	add(held: Held, target: Target, forMs: number): void {
		const { id, route } = held.lease;
		this.#drop(id);
		this.#count(route, 1);
		const cancel = this.#timing.setTimer(() => {
			this.remove(id);
			void this.#onEnd(held, target);
		}, forMs);
		this.#held.set(id, { held, cancel });
	}

	get(id: string): Held | undefined {
		return this.#held.get(id)?.held;
	}

	/** Removes a lease that has ended. */
	remove(id: string): void {
		const route = this.#drop(id);
		if (route === undefined) return;
		for (const hear of this.#listeners.get(route) ?? []) hear();
	}

	/** Returns the leases of a route. */
	of(route: string): readonly Lease[] {
		return [...this.#held.values()]
			.map(({ held }) => held.lease)
			.filter((lease) => lease.route === route);
	}

	/** Returns the number of leases and reserved places of a route. */
	count(route: string): number {
		return this.#counts.get(route) ?? 0;
	}

	/** Reserves places for leases that are asked for. Returns the function that frees them. */
	reserve(route: string, places: number): () => void {
		this.#count(route, places);
		return () => this.#count(route, -places);
	}

	/** Calls back when a lease of a route has ended. Returns the function that stops it. */
	onFree(route: string, listener: () => void): () => void {
		const all = this.#listeners.get(route) ?? new Set();
		this.#listeners.set(route, all.add(listener));
		return () => {
			all.delete(listener);
			if (all.size === 0) this.#listeners.delete(route);
		};
	}

	/** Forgets all of them. */
	clear(): void {
		for (const id of [...this.#held.keys()]) this.#drop(id);
	}

	/** Returns the route of a lease that was there. */
	#drop(id: string): string | undefined {
		const entry = this.#held.get(id);
		if (entry === undefined) return undefined;
		const { route } = entry.held.lease;
		entry.cancel();
		this.#held.delete(id);
		this.#count(route, -1);
		return route;
	}

	#count(route: string, change: number): void {
		const count = this.count(route) + change;
		if (count === 0) this.#counts.delete(route);
		else this.#counts.set(route, count);
	}
}

// --- helpers ---

interface Entry {
	readonly held: Held;
	cancel(): void;
}
