import type { Lease } from "../../inbox/port/queue.ts";
import type { InboxStore } from "../../inbox/port/store.ts";
import type { Timing } from "../../inbox/worker/timing.ts";
import type { ServedRoute } from "../served-route.ts";
import { eventOf } from "./deliver.ts";
import type { Held, LeaseTable, Pulled, PullTarget } from "./pull-leases.ts";
import { describeErrors } from "./record.ts";

export interface PullTakerParts {
	readonly store: InboxStore;
	readonly timing: Timing;
	readonly leases: LeaseTable<PullTarget>;
	/** Ends a delivery whose event cannot be restored. */
	readonly bury: (
		held: Held,
		target: PullTarget,
		reason: string,
	) => Promise<unknown>;
}

/** The lease in the store is longer by so many milliseconds, in which its end is written as a failed attempt. */
export const GRACE_MS = 5000;

/** The longest time between two looks, in milliseconds. Usually the store tells of work. */
export const LOOK_MS = 15_000;

/** Leases the events that services fetch. */
export class PullTaker {
	readonly #parts: PullTakerParts;

	constructor(parts: PullTakerParts) {
		this.#parts = parts;
	}

	/** Leases what is due, as far as there are free places and tokens. `inMs` is the time of the next look. */
	async take(
		target: PullTarget,
		max: number,
	): Promise<{ readonly pulled: readonly Pulled[]; readonly inMs: number }> {
		const { route, leaseMs } = target;
		const wanted = Math.min(max, await this.#freePlaces(route));
		if (wanted <= 0) return { pulled: [], inMs: LOOK_MS };
		const release = this.#parts.leases.reserve(route.name, wanted);
		try {
			const { leases, inMs } = await this.#lease(route, wanted, leaseMs);
			const pulled: Pulled[] = [];
			for (const lease of leases) {
				const one = await this.#open(lease, target);
				if (one !== undefined) pulled.push(one);
			}
			// What could not be opened is dead now, and there may be more.
			const isMore = leases.length > 0 && pulled.length === 0;
			return { pulled, inMs: isMore ? 0 : inMs };
		} finally {
			release();
		}
	}

	/** Returns how many more events the services of the route may have. */
	async #freePlaces({ name, concurrency }: ServedRoute): Promise<number> {
		const free = concurrency - this.#parts.leases.count(name);
		if (free > 0 || !this.#parts.store.isShared) return free;
		// Another router may have heard that some of them ended.
		for (const lease of this.#parts.leases.of(name)) {
			const [row] = await this.#parts.store.find(lease.id, 1);
			const isHeld = row?.state === "leased" && row.attempts === lease.attempt;
			if (!isHeld) this.#parts.leases.remove(lease.id);
		}
		return concurrency - this.#parts.leases.count(name);
	}

	async #lease(
		{ name, tolls }: ServedRoute,
		max: number,
		leaseMs: number,
	): Promise<{ readonly leases: readonly Lease[]; readonly inMs: number }> {
		const { store } = this.#parts;
		const forMs = leaseMs + GRACE_MS;
		if (tolls !== undefined) {
			const asks = [{ route: name, max, tolls }];
			const { leases, waits } = await store.leasePaced(asks, forMs);
			const [wait] = waits;
			if (leases.length > 0 || wait !== undefined)
				return { leases, inMs: wait?.inMs ?? LOOK_MS };
		} else {
			const leases = await store.lease([{ route: name, max }], forMs);
			if (leases.length > 0) return { leases, inMs: LOOK_MS };
		}
		const due = await store.due();
		const next = due.find(({ route }) => route === name)?.inMs ?? LOOK_MS;
		// What is due and was not leased waits for another one.
		return { leases: [], inMs: next === 0 ? BUSY_MS : next };
	}

	/** Restores the event of a lease. One that cannot be restored is dead. */
	async #open(lease: Lease, target: PullTarget): Promise<Pulled | undefined> {
		const { timing, leases, bury } = this.#parts;
		const { route, leaseMs } = target;
		const startedAt = timing.wallMs();
		const held = { lease, startedAt, beganMs: timing.nowMs() };
		try {
			const event = eventOf(lease, route);
			leases.add(held, target, leaseMs);
			return { lease, event, until: startedAt + leaseMs };
		} catch (error) {
			await bury(held, target, describeErrors([error], undefined));
			return undefined;
		}
	}
}

// --- helpers ---

/** The milliseconds until the next look while another router may have what is due. */
const BUSY_MS = 500;
