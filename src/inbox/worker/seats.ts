import type { Leases } from "./leases.ts";
import type { Settler } from "./settler.ts";
import type { Tools } from "./tools.ts";
import type { Seat } from "./work.ts";

/**
 * Reserves capacity for deliveries on their way into the store. One that comes while nothing waits is then leased by its own put:
 * no second call asks the store for it, and nobody reads it again.
 */
export class Seats {
	readonly #tools: Tools;
	readonly #leases: Leases;
	readonly #settler: Settler;
	#reserved = 0;

	constructor(
		tools: Tools,
		others: { readonly leases: Leases; readonly settler: Settler },
	) {
		this.#tools = tools;
		this.#leases = others.leases;
		this.#settler = others.settler;
	}

	/** Seats that are reserved now. */
	get reserved(): number {
		return this.#reserved;
	}

	/** Reserves one; undefined where the route is busy, resting, paused, limited or delayed, or results cannot be written. */
	reserve(route: string): Seat | undefined {
		const { routes, slots, pauses, timing, leaseMs, maxLeased } = this.#tools;
		if (this.#settler.isStuck) return undefined;
		if (this.#leases.size + this.#reserved >= maxLeased) return undefined;
		const work = routes().get(route);
		if (work === undefined) return undefined;
		// Only the store has tokens, and only it knows when a delay is over.
		if (work.tolls !== undefined || work.delayMs !== undefined)
			return undefined;
		if (pauses.restMs(route) > 0) return undefined;
		// The store chooses which delivery finds out whether the upstream is back.
		if (work.caution?.() !== undefined) return undefined;
		const askedMs = timing.nowMs();
		if (!slots.reserve(route, work.concurrency, askedMs)) return undefined;
		this.#reserved++;
		return {
			leaseMs,
			take: (lease) => {
				this.#free(route, askedMs);
				this.#tools.onLease(lease, askedMs);
			},
			leave: () => this.#free(route, askedMs),
		};
	}

	#free(route: string, askedMs: number): void {
		const { slots, timing, turnSoon } = this.#tools;
		this.#reserved--;
		slots.free(route, timing.nowMs() - askedMs);
		turnSoon();
	}
}
