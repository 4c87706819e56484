import { Agenda } from "./agenda.ts";
import type { Held } from "./held.ts";
import { LeaseKeeper } from "./lease-keeper.ts";
import { Outage } from "./outage.ts";
import { Places } from "./places.ts";
import { Runner } from "./runner.ts";
import { Settler } from "./settler.ts";
import { Slots } from "./slots.ts";
import { Taker } from "./taker.ts";
import { SYSTEM_TIMING, type Timing } from "./timing.ts";
import {
	type Delivered,
	type Place,
	RETURNED,
	type Routes,
	type Worker,
	type WorkerListener,
	type WorkerStats,
	type WorkerStore,
} from "./work.ts";

/** What the worker works with. */
export interface WorkerOptions {
	readonly store: WorkerStore;
	/** The routes as they are now. Asked at each lease and each start; after a reload `wake` is all that is needed. */
	routes(): Routes;
	readonly listener?: WorkerListener;
	readonly timing?: Timing;
	/** Milliseconds that a delivery is taken for, default 30,000; prolonged while it is held. */
	readonly leaseMs?: number;
	/** Deliveries held in all, default 500. A route with none may take one above it. */
	readonly maxHeld?: number;
	/** Deliveries at most in one call to the store, default 128. */
	readonly batch?: number;
}

/** Makes the worker; nothing happens before `start`. */
export function createWorker(options: WorkerOptions): Worker {
	return new DeliveryWorker(options);
}

// --- helpers ---

const LEASE_MS = 30_000;
const HELD_MAX = 500;
const BATCH = 128;

/** Milliseconds that a store which fails is waited for at the end of a drain. */
const LAST_WRITE_MS = 5000;

class DeliveryWorker implements Worker {
	readonly #store: WorkerStore;
	readonly #timing: Timing;
	readonly #slots: Slots;
	readonly #outage: Outage;
	readonly #agenda: Agenda;
	readonly #keeper: LeaseKeeper;
	readonly #settler: Settler;
	readonly #runner: Runner;
	readonly #taker: Taker;
	readonly #places: Places;
	readonly #listener: WorkerListener;
	readonly #cancels: (() => void)[] = [];
	#stage: "new" | "working" | "draining" | "writing" | "stopped" = "new";
	#isTurnNear = false;
	#stopped: Promise<void> | undefined;
	#resolveStopped = (): void => {};

	constructor(options: WorkerOptions) {
		const { store, listener = {}, timing = SYSTEM_TIMING } = options;
		const { leaseMs = LEASE_MS, maxHeld = HELD_MAX, batch = BATCH } = options;
		this.#store = store;
		this.#timing = timing;
		this.#listener = listener;
		this.#outage = new Outage(listener);
		this.#slots = new Slots(batch);
		const turnSoon = (): void => this.#turnSoon();
		const tools = {
			store,
			timing,
			listener,
			outage: this.#outage,
			slots: this.#slots,
			routes: () => options.routes(),
			leaseMs,
			maxHeld,
			batch,
			onAnswer: turnSoon,
			onEnd: turnSoon,
			onDue: (routes: readonly string[]) => this.wake(routes),
		};
		this.#agenda = new Agenda(tools);
		this.#keeper = new LeaseKeeper({
			...tools,
			onLost: ({ lease }) => {
				// Whoever has it may fail; by then it would be free again.
				this.#agenda.note(lease.route, leaseMs);
				listener.onLost?.(lease);
			},
		});
		this.#settler = new Settler({
			...tools,
			onSettled: (held, outcome) => this.#settled(held, outcome),
			onLost: (held) => this.#keeper.lose(held),
		});
		this.#runner = new Runner({ ...tools, settler: this.#settler });
		this.#taker = new Taker({
			...tools,
			agenda: this.#agenda,
			keeper: this.#keeper,
			settler: this.#settler,
		});
		this.#places = new Places({
			...tools,
			keeper: this.#keeper,
			settler: this.#settler,
		});
	}

	start(): void {
		if (this.#stage !== "new") return;
		this.#stage = "working";
		this.#cancels.push(this.#store.onWork((routes) => this.wake(routes)));
		this.#agenda.refresh();
	}

	wake(routes: readonly string[] = []): void {
		if (this.#stage !== "working") return;
		if (routes.length === 0) this.#agenda.refresh();
		for (const route of routes) this.#slots.wake(route);
		this.#turnSoon();
	}

	keepPlace(route: string): Place | undefined {
		return this.#stage === "working" ? this.#places.keep(route) : undefined;
	}

	stop(drainMs: number): Promise<void> {
		this.#stopped ??= this.#drain();
		if (this.#stage === "draining") this.#after(drainMs, () => this.#cut());
		return this.#stopped;
	}

	stats(): WorkerStats {
		return {
			running: this.#runner.running,
			held: this.#keeper.size,
			isOutage: this.#outage.isOn,
		};
	}

	#drain(): Promise<void> {
		this.#stage = "draining";
		for (const cancel of this.#cancels.splice(0)) cancel();
		this.#agenda.stop();
		this.#taker.stop();
		this.#places.stop();
		for (const held of this.#slots.unload()) this.#settler.add(held, RETURNED);
		this.#turnSoon();
		return new Promise((resolve) => {
			this.#resolveStopped = resolve;
		});
	}

	/** The drain's time is over: what is still handled goes back, and its outcome counts no more. */
	#cut(): void {
		if (this.#stage !== "draining") return;
		this.#stage = "writing";
		for (const held of this.#keeper.all()) {
			if (held.stage !== "running") continue;
			this.#settler.add(held, RETURNED);
			held.halt.abort(new Error("the router stops"));
		}
		this.#after(LAST_WRITE_MS, () => this.#end());
		this.#turnSoon();
	}

	#end(): void {
		if (this.#stage === "stopped") return;
		this.#stage = "stopped";
		for (const cancel of this.#cancels.splice(0)) cancel();
		this.#taker.close();
		this.#places.close();
		this.#keeper.stop();
		this.#settler.stop();
		this.#resolveStopped();
	}

	#after(afterMs: number, run: () => void): void {
		this.#cancels.push(this.#timing.setTimer(run, afterMs, true));
	}

	/** One turn for all that ends within one round of the event loop. */
	#turnSoon(): void {
		if (this.#isTurnNear || this.#stage === "stopped") return;
		this.#isTurnNear = true;
		setImmediate(() => {
			this.#isTurnNear = false;
			this.#turn();
		});
	}

	#turn(): void {
		this.#runner.turn();
		if (this.#slots.canBegin()) this.#turnSoon();
		this.#settler.flush();
		this.#taker.turn();
		if (this.#isDrained()) this.#end();
	}

	#isDrained(): boolean {
		if (!this.#settler.isEmpty) return false;
		if (this.#taker.isTaking || this.#places.kept > 0) return false;
		if (this.#stage === "writing") return true;
		return this.#stage === "draining" && this.#runner.running === 0;
	}

	#settled(held: Held, outcome: Delivered): void {
		const { lease, startedAt, durationMs } = held;
		const { verdict, events } = outcome;
		this.#keeper.release(held);
		// The store tells of its changes too, but it need not tell the one who made them.
		const isWaiting = verdict.as === "waiting";
		if (isWaiting) this.#agenda.note(lease.route, verdict.afterMs);
		const isLaneFree = !isWaiting || verdict.stepsAside === true;
		if (lease.orderKey !== undefined ? isLaneFree : verdict.as === "returned")
			this.wake([lease.route]);
		for (const { route } of events) this.wake([route]);
		this.#listener.onSettled?.({ lease, outcome, startedAt, durationMs });
	}
}
