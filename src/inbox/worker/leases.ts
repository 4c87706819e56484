import { Halt } from "../port/halt.ts";
import type { Lease } from "../port/queue.ts";
import type { Leased } from "./leased.ts";
import type { Tools } from "./tools.ts";
import { TransientMap } from "./transient-map.ts";

/** The deliveries in the hands of this worker. Extends their leases each time a third of one has passed. */
export class Leases {
	readonly #tools: Tools;
	readonly #onLost: (leased: Leased) => void;
	readonly #leased = new TransientMap<string, Leased>();
	#cancelTimer: (() => void) | undefined;
	#isExtending = false;
	#isStopped = false;

	/** @param onLost called with each delivery whose lease is lost: its signal is aborted, its result is not written */
	constructor(tools: Tools, onLost: (leased: Leased) => void) {
		this.#tools = tools;
		this.#onLost = onLost;
	}

	/** How many there are. */
	get size(): number {
		return this.#leased.size;
	}

	/** All of them. */
	all(): readonly Leased[] {
		return [...this.#leased.values()];
	}

	/**
	 * Adds a delivery. Returns undefined where an earlier lease of it ran out and its handler is still at work: that one goes on
	 * under the new lease, because a second handler beside it would be worse.
	 *
	 * @param askedMs when the lease was asked for, by `Timing.nowMs`
	 */
	add(lease: Lease, askedMs: number): Leased | undefined {
		const untilMs = askedMs + this.#tools.leaseMs;
		const known = this.#leased.get(lease.id);
		if (known !== undefined) {
			known.lease = lease;
			known.untilMs = untilMs;
			return undefined;
		}
		const leased = toLeased(lease, untilMs);
		this.#leased.set(lease.id, leased);
		this.#arm();
		return leased;
	}

	/** Removes a delivery: its result is written, or its lease is lost. */
	remove(leased: Leased): void {
		leased.stage = "gone";
		this.#leased.delete(leased.lease.id);
		if (this.#leased.size === 0) this.#tools.outage.idle("extend");
	}

	/** Gives up a delivery that another router may have by now. */
	lose(leased: Leased): void {
		this.remove(leased);
		leased.halt.abort(new Error("the lease on this event was lost"));
		this.#onLost(leased);
	}

	/** Extends no more leases. */
	stop(): void {
		this.#isStopped = true;
		this.#cancelTimer?.();
		this.#cancelTimer = undefined;
	}

	#arm(waitMs = this.#tools.leaseMs / 3): void {
		if (this.#cancelTimer !== undefined || this.#isStopped) return;
		if (this.#leased.size === 0) return;
		this.#cancelTimer = this.#tools.timing.setTimer(() => {
			this.#cancelTimer = undefined;
			this.#dropExpired();
			void this.#extend();
		}, waitMs);
	}

	/**
	 * Ends handlers whose delivery another router may have by now. A result that waits to be written stays: the
	 * store knows whether another router took over. There is no other router where the store is not shared.
	 */
	#dropExpired(): void {
		const { store, timing } = this.#tools;
		if (!store.isShared) return;
		const nowMs = timing.nowMs();
		for (const leased of this.#leased.values()) {
			const isUnfinished =
				leased.stage === "waiting" || leased.stage === "running";
			if (isUnfinished && leased.untilMs <= nowMs) this.lose(leased);
		}
	}

	async #extend(): Promise<void> {
		const { timing, outage, leaseMs } = this.#tools;
		const askedMs = timing.nowMs();
		const old = this.all().filter(
			({ untilMs, stage }) =>
				stage !== "settling" && untilMs - askedMs <= (leaseMs * 2) / 3,
		);
		// The timer runs on even while a call hangs: leases run out all the same.
		this.#arm();
		if (old.length === 0 || this.#isExtending) return;
		this.#isExtending = true;
		const leases = old.map(({ lease }) => lease);
		try {
			const lost = new Set(await this.#extendAll(leases));
			outage.worked("extend");
			old.forEach((leased, index) => {
				// Written meanwhile, or leased again: the answer is about another lease.
				if (leased.stage === "gone" || leased.stage === "settling") return;
				if (leased.lease !== leases[index]) return;
				if (lost.has(leased.lease.id)) this.lose(leased);
				else leased.untilMs = Math.max(leased.untilMs, askedMs + leaseMs);
			});
			this.#isExtending = false;
		} catch (error) {
			this.#isExtending = false;
			if (this.#leased.size === 0) return;
			this.#cancelTimer?.();
			this.#cancelTimer = undefined;
			const waitMs = outage.failed("extend", error);
			this.#arm(Math.min(waitMs, leaseMs / 3));
		}
	}

	#extendAll(leases: readonly Lease[]): Promise<readonly string[]> {
		const { store, leaseMs } = this.#tools;
		return store.extend(
			leases.map(({ id, attempt }) => ({ id, attempt })),
			leaseMs,
		);
	}
}

// --- helpers ---

function toLeased(lease: Lease, untilMs: number): Leased {
	return {
		lease,
		untilMs,
		stage: "waiting",
		halt: new Halt(),
		startedAt: lease.receivedAt,
		beganMs: 0,
		durationMs: 0,
		result: undefined,
	};
}
