import type { Lease, LeaseAsk } from "../port/store.ts";
import type { Agenda } from "./agenda.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import type { Outage } from "./outage.ts";
import type { Settler } from "./settler.ts";
import type { Slots } from "./slots.ts";
import type { Timing } from "./timing.ts";
import { RETURNED, type Routes, type WorkerStore } from "./work.ts";

/** What the taker needs. */
export interface TakerOptions {
	readonly store: Pick<WorkerStore, "lease">;
	routes(): Routes;
	readonly slots: Slots;
	readonly keeper: LeaseKeeper;
	readonly settler: Settler;
	readonly agenda: Agenda;
	readonly outage: Outage;
	readonly timing: Timing;
	/** Milliseconds. */
	readonly leaseMs: number;
	readonly maxHeld: number;
	/** Called after each answer of the store, and when a failure is waited out. */
	onAnswer(): void;
}

/** Leases deliveries for the routes that have work and may take it: one call at a time. */
export class Taker {
	readonly #options: TakerOptions;
	#isTaking = false;
	#isStopped = false;
	#isClosed = false;
	#cancelRetry: (() => void) | undefined;

	constructor(options: TakerOptions) {
		this.#options = options;
	}

	/** True while a call is under way. */
	get isTaking(): boolean {
		return this.#isTaking;
	}

	/** Asks the store for what may be taken now. */
	turn(): void {
		const { slots, keeper, agenda, timing, routes, settler } = this.#options;
		if (this.#isTaking || this.#isStopped) return;
		if (this.#cancelRetry !== undefined) return;
		if (settler.isStuck) return;
		const room = this.#options.maxHeld - keeper.size;
		const bounds = { room, nowMs: timing.nowMs() };
		const { asks, resting } = slots.choose(routes(), bounds);
		// Noted anew at each wake: the agenda knows one time of a route, and an earlier one takes its place.
		for (const { route, inMs } of resting) agenda.note(route, inMs);
		if (asks.length > 0) void this.#take(asks);
	}

	/** Takes no more; what is still on its way is given back. */
	stop(): void {
		this.#isStopped = true;
		this.#cancelRetry?.();
	}

	/** What comes now comes too late: its lease runs out by itself. */
	close(): void {
		this.#isClosed = true;
	}

	async #take(asks: readonly LeaseAsk[]): Promise<void> {
		const { store, slots, agenda, outage, timing } = this.#options;
		const askedMs = timing.nowMs();
		this.#isTaking = true;
		try {
			const leases = await store.lease(asks, this.#options.leaseMs);
			outage.worked("lease");
			this.#hold(leases, askedMs);
			const tookMs = timing.nowMs() - askedMs;
			if (slots.answered(asks, leases, tookMs)) agenda.refresh();
		} catch (error) {
			slots.unanswered(asks);
			const waitMs = outage.failed("lease", error);
			if (!this.#isStopped) this.#retryAfter(waitMs);
		}
		this.#isTaking = false;
		this.#options.onAnswer();
	}

	#hold(leases: readonly Lease[], askedMs: number): void {
		const { slots, keeper, settler } = this.#options;
		if (this.#isClosed) return;
		for (const lease of leases) {
			const held = keeper.take(lease, askedMs);
			if (held === undefined) continue;
			if (this.#isStopped) settler.add(held, RETURNED);
			else slots.load(held);
		}
	}

	#retryAfter(waitMs: number): void {
		this.#cancelRetry = this.#options.timing.setTimer(() => {
			this.#cancelRetry = undefined;
			this.#options.onAnswer();
		}, waitMs);
	}
}
