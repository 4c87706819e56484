import type { Lease } from "../port/queue.ts";
import type { Outage } from "./outage.ts";
import type { PauseView } from "./pauses.ts";
import type { Slots } from "./slots.ts";
import type { Timing } from "./timing.ts";
import type { Routes, WorkerListener, WorkerStore } from "./work.ts";

/** The tools that the parts of the loop share. The worker makes them once; each part uses some. */
export interface Tools {
	readonly store: WorkerStore;
	readonly timing: Timing;
	readonly listener: WorkerListener;
	readonly outage: Outage;
	readonly slots: Slots;
	readonly pauses: PauseView;
	/** The routes as they are now. */
	routes(): Routes;
	/** Milliseconds that a lease lasts. */
	readonly leaseMs: number;
	/** Deliveries at most under a lease of this worker. */
	readonly maxLeased: number;
	/** Deliveries at most in one call to the store. */
	readonly batch: number;
	/** Asks for a turn of the loop: a handler or a call to the store ended, or a seat is free again. */
	turnSoon(): void;
	/** Announces that routes may have work in the store. */
	wake(routes: readonly string[]): void;
	/**
	 * Brings a fresh lease to its slot, or gives it back while the worker drains.
	 *
	 * @param askedMs when the lease was asked for, by `Timing.nowMs`
	 */
	onLease(lease: Lease, askedMs: number): void;
}
