import type { Lease } from "../port/store.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import type { Settler } from "./settler.ts";
import type { Slots } from "./slots.ts";
import type { Timing } from "./timing.ts";
import { type Place, RETURNED, type Routes } from "./work.ts";

/** What the places need. */
export interface PlacesOptions {
	routes(): Routes;
	readonly slots: Slots;
	readonly keeper: LeaseKeeper;
	readonly settler: Settler;
	readonly timing: Timing;
	/** Milliseconds. */
	readonly leaseMs: number;
	readonly maxHeld: number;
	/** Called when a place is given back. */
	onEnd(): void;
}

/**
 * Places kept for what is on its way into the store. What comes while nothing waits is thus leased as it is put: nobody asks the
 * store for it, and nobody reads it again.
 */
export class Places {
	readonly #options: PlacesOptions;
	#kept = 0;
	#stage: "open" | "stopped" | "closed" = "open";

	constructor(options: PlacesOptions) {
		this.#options = options;
	}

	/** Places that are kept now. */
	get kept(): number {
		return this.#kept;
	}

	/** Keeps one; undefined where the route is busy or resting, or outcomes cannot be written. */
	keep(route: string): Place | undefined {
		const { routes, slots, keeper, settler } = this.#options;
		const { timing, leaseMs, maxHeld } = this.#options;
		if (settler.isStuck) return undefined;
		if (keeper.size + this.#kept >= maxHeld) return undefined;
		const work = routes().get(route);
		if (work === undefined) return undefined;
		// The store chooses with whom the service behind is tried.
		if (work.caution?.() !== undefined) return undefined;
		const askedMs = timing.nowMs();
		if (!slots.keepPlace(route, work.concurrency, askedMs)) return undefined;
		this.#kept++;
		return {
			leaseMs,
			take: (lease) => {
				this.#vacate(route, askedMs);
				this.#hold(lease, askedMs);
			},
			leave: () => this.#vacate(route, askedMs),
		};
	}

	/** What is still leased is given back. */
	stop(): void {
		this.#stage = "stopped";
	}

	/** What is still leased comes too late: its lease runs out by itself. */
	close(): void {
		this.#stage = "closed";
	}

	#vacate(route: string, askedMs: number): void {
		const { slots, timing, onEnd } = this.#options;
		this.#kept--;
		slots.vacate(route, timing.nowMs() - askedMs);
		onEnd();
	}

	#hold(lease: Lease, askedMs: number): void {
		const { slots, keeper, settler } = this.#options;
		if (this.#stage === "closed") return;
		const held = keeper.take(lease, askedMs);
		if (held === undefined) return;
		if (this.#stage === "stopped") settler.add(held, RETURNED);
		else slots.load(held);
	}
}
