import { Halt } from "../port/halt.ts";
import type { Lease } from "../port/store.ts";
import type { Held } from "./held.ts";
import type { Outage } from "./outage.ts";
import type { Timing } from "./timing.ts";
import { TransientMap } from "./transient-map.ts";
import type { WorkerStore } from "./work.ts";

/** What the keeper needs. */
export interface LeaseKeeperOptions {
	readonly store: Pick<WorkerStore, "extend" | "isShared">;
	readonly timing: Timing;
	readonly outage: Outage;
	/** Milliseconds. */
	readonly leaseMs: number;
	/** Called with a delivery that is out of our hands: its signal was aborted, its outcome is not written. */
	onLost(held: Held): void;
}

/** All deliveries that this worker holds, and their leases: prolonged each third of their time. */
export class LeaseKeeper {
	readonly #options: LeaseKeeperOptions;
	readonly #held = new TransientMap<string, Held>();
	#cancelTimer: (() => void) | undefined;
	#isExtending = false;
	#isStopped = false;

	constructor(options: LeaseKeeperOptions) {
		this.#options = options;
	}

	/** Deliveries held. */
	get size(): number {
		return this.#held.size;
	}

	/** All that are held. */
	all(): readonly Held[] {
		return [...this.#held.values()];
	}

	/**
	 * Holds a delivery from its lease on. Returns undefined for one that is still held under a lease that
	 * ran out: its handler goes on under the new one, as a second beside it would be worse.
	 *
	 * @param askedMs when the lease was asked for, by `Timing.nowMs`
	 */
	take(lease: Lease, askedMs: number): Held | undefined {
		const untilMs = askedMs + this.#options.leaseMs;
		const known = this.#held.get(lease.id);
		if (known !== undefined) {
			known.lease = lease;
			known.untilMs = untilMs;
			return undefined;
		}
		const held = hold(lease, untilMs);
		this.#held.set(lease.id, held);
		this.#arm();
		return held;
	}

	/** Lets go of a delivery: its outcome is written, or it is lost. */
	release(held: Held): void {
		held.stage = "gone";
		this.#held.delete(held.lease.id);
		if (this.#held.size === 0) this.#options.outage.idle("extend");
	}

	/** Gives a delivery up that somebody else may have by now. */
	lose(held: Held): void {
		this.release(held);
		held.halt.abort(new Error("the lease on this event was lost"));
		this.#options.onLost(held);
	}

	/** Prolongs nothing any more. */
	stop(): void {
		this.#isStopped = true;
		this.#cancelTimer?.();
		this.#cancelTimer = undefined;
	}

	#arm(waitMs = this.#options.leaseMs / 3): void {
		if (this.#cancelTimer !== undefined || this.#isStopped) return;
		if (this.#held.size === 0) return;
		this.#cancelTimer = this.#options.timing.setTimer(() => {
			this.#cancelTimer = undefined;
			this.#dropExpired();
			void this.#extend();
		}, waitMs);
	}

	/**
	 * Ends handlers that another router may start again by now. An outcome that waits to be written stays: the
	 * store knows whether somebody else took over. Nor is there anybody else where the store is not shared.
	 */
	#dropExpired(): void {
		const { store, timing } = this.#options;
		if (!store.isShared) return;
		const nowMs = timing.nowMs();
		for (const held of this.#held.values()) {
			const isBegun = held.stage === "waiting" || held.stage === "running";
			if (isBegun && held.untilMs <= nowMs) this.lose(held);
		}
	}

	async #extend(): Promise<void> {
		const { timing, outage, leaseMs } = this.#options;
		const askedMs = timing.nowMs();
		const old = this.all().filter(
			({ untilMs, stage }) =>
				stage !== "settling" && untilMs - askedMs <= (leaseMs * 2) / 3,
		);
		// While a call hangs the timer goes on: leases run out all the same.
		this.#arm();
		if (old.length === 0 || this.#isExtending) return;
		this.#isExtending = true;
		const leases = old.map(({ lease }) => lease);
		try {
			const lost = new Set(await this.#extendAll(leases));
			outage.worked("extend");
			old.forEach((held, index) => {
				// Written meanwhile, or leased anew: the answer is about another lease.
				if (held.stage === "gone" || held.stage === "settling") return;
				if (held.lease !== leases[index]) return;
				if (lost.has(held.lease.id)) this.lose(held);
				else held.untilMs = Math.max(held.untilMs, askedMs + leaseMs);
			});
			this.#isExtending = false;
		} catch (error) {
			this.#isExtending = false;
			if (this.#held.size === 0) return;
			this.#cancelTimer?.();
			this.#cancelTimer = undefined;
			const waitMs = outage.failed("extend", error);
			this.#arm(Math.min(waitMs, leaseMs / 3));
		}
	}

	#extendAll(leases: readonly Lease[]): Promise<readonly string[]> {
		const { store, leaseMs } = this.#options;
		return store.extend(
			leases.map(({ id, attempt }) => ({ id, attempt })),
			leaseMs,
		);
	}
}

// --- helpers ---

function hold(lease: Lease, untilMs: number): Held {
	return {
		lease,
		untilMs,
		stage: "waiting",
		halt: new Halt(),
		startedAt: lease.receivedAt,
		beganMs: 0,
		durationMs: 0,
		outcome: undefined,
	};
}
