import type { Lease } from "../port/queue.ts";
import { Agenda } from "./agenda.ts";
import type { Leased } from "./leased.ts";
import { Leases } from "./leases.ts";
import { Outage } from "./outage.ts";
import { NO_PAUSES, type PauseView } from "./pauses.ts";
import { Runner } from "./runner.ts";
import { Seats } from "./seats.ts";
import { Settler } from "./settler.ts";
import { Slots } from "./slots.ts";
import { Taker } from "./taker.ts";
import { SYSTEM_TIMING, type Timing } from "./timing.ts";
import type { Tools } from "./tools.ts";
import {
	RETURNED,
	type Result,
	type Routes,
	type Seat,
	type Worker,
	type WorkerListener,
	type WorkerStats,
	type WorkerStore,
} from "./work.ts";

/** The store, the routes and the bounds of a worker. */
export interface WorkerOptions {
	readonly store: WorkerStore;
	/** The routes as they are now. Read at each lease and each start of a handler, so that a reload only needs `wake`. */
	routes(): Routes;
	readonly listener?: WorkerListener;
	readonly timing?: Timing;
	/** Default: no route is paused. */
	readonly pauses?: PauseView;
	/** Milliseconds that a lease lasts, default 30,000; extended while the delivery is in our hands. */
	readonly leaseMs?: number;
	/** Deliveries leased at once, default 500. A route with none may take one beyond that. */
	readonly maxLeased?: number;
	/** Deliveries at most in one call to the store, default 128. */
	readonly batch?: number;
}

/** Makes the worker; nothing happens before `start`. */
export function createWorker(options: WorkerOptions): Worker {
	return new DeliveryWorker(options);
}

// --- helpers ---

const LEASE_MS = 30_000;
const LEASED_MAX = 500;
const BATCH = 128;

/** Milliseconds at the end of a drain in which a store that fails may come back. */
const LAST_WRITE_MS = 5000;

class DeliveryWorker implements Worker {
	readonly #tools: Tools;
	readonly #agenda: Agenda;
	readonly #leases: Leases;
	readonly #settler: Settler;
	readonly #runner: Runner;
	readonly #taker: Taker;
	readonly #seats: Seats;
	readonly #cancels: (() => void)[] = [];
	#stage: "new" | "working" | "draining" | "writing" | "stopped" = "new";
	#isTurnNear = false;
	#stopped: Promise<void> | undefined;
	#resolveStopped = (): void => {};

	constructor(options: WorkerOptions) {
		const { store, listener = {}, timing = SYSTEM_TIMING } = options;
		const { leaseMs = LEASE_MS, batch = BATCH } = options;
		const tools: Tools = {
			store,
			timing,
			listener,
			outage: new Outage(listener),
			slots: new Slots(batch),
			pauses: options.pauses ?? NO_PAUSES,
			routes: () => options.routes(),
			leaseMs,
			maxLeased: options.maxLeased ?? LEASED_MAX,
			batch,
			turnSoon: () => this.#turnSoon(),
			wake: (routes) => this.wake(routes),
			onLease: (lease, askedMs) => this.#take(lease, askedMs),
		};
		const agenda = new Agenda(tools);
		const leases = new Leases(tools, ({ lease }) => {
			// Another router may have it and fail; by then it is free again.
			agenda.note(lease.route, leaseMs);
			listener.onLost?.(lease);
		});
		const settler = new Settler(tools, {
			onSettled: (leased, result) => this.#settled(leased, result),
			onLost: (leased) => leases.lose(leased),
		});
		this.#tools = tools;
		this.#agenda = agenda;
		this.#leases = leases;
		this.#settler = settler;
		this.#runner = new Runner(tools, settler);
		this.#taker = new Taker(tools, { leases, settler, agenda });
		this.#seats = new Seats(tools, { leases, settler });
	}

	start(): void {
		if (this.#stage !== "new") return;
		this.#stage = "working";
		this.#cancels.push(this.#tools.store.onWork((routes) => this.wake(routes)));
		this.#agenda.refresh();
	}

	wake(routes: readonly string[] = []): void {
		if (this.#stage !== "working") return;
		if (routes.length === 0) {
			this.#tools.slots.forgetPace();
			this.#agenda.refresh();
		}
		for (const route of routes) this.#tools.slots.wake(route);
		this.#turnSoon();
	}

	hold(routes: readonly string[]): void {
		if (this.#stage !== "working") return;
		for (const leased of this.#tools.slots.unload(routes))
			this.#settler.add(leased, RETURNED);
		this.#turnSoon();
	}

	reserveSeat(route: string): Seat | undefined {
		return this.#stage === "working" ? this.#seats.reserve(route) : undefined;
	}

	stop(drainMs: number): Promise<void> {
		this.#stopped ??= this.#drain();
		if (this.#stage === "draining") this.#after(drainMs, () => this.#cut());
		return this.#stopped;
	}

	stats(): WorkerStats {
		return {
			running: this.#runner.running,
			leased: this.#leases.size,
			isOutage: this.#tools.outage.isOn,
		};
	}

	#drain(): Promise<void> {
		this.#stage = "draining";
		for (const cancel of this.#cancels.splice(0)) cancel();
		this.#agenda.stop();
		this.#taker.stop();
		for (const leased of this.#tools.slots.unload())
			this.#settler.add(leased, RETURNED);
		this.#turnSoon();
		return new Promise((resolve) => {
			this.#resolveStopped = resolve;
		});
	}

	/** Ends the handlers that are still at work when the drain's time is over: their deliveries go back, their results no longer count. */
	#cut(): void {
		if (this.#stage !== "draining") return;
		this.#stage = "writing";
		for (const leased of this.#leases.all()) {
			if (leased.stage !== "running") continue;
			this.#settler.add(leased, RETURNED);
			leased.halt.abort(new Error("the router stops"));
		}
		this.#after(LAST_WRITE_MS, () => this.#end());
		this.#turnSoon();
	}

	#end(): void {
		if (this.#stage === "stopped") return;
		this.#stage = "stopped";
		for (const cancel of this.#cancels.splice(0)) cancel();
		this.#leases.stop();
		this.#settler.stop();
		this.#resolveStopped();
	}

	#after(afterMs: number, run: () => void): void {
		this.#cancels.push(this.#tools.timing.setTimer(run, afterMs, true));
	}

	/** Schedules one turn for everything that ends within one round of the event loop. */
	#turnSoon(): void {
		if (this.#isTurnNear || this.#stage === "stopped") return;
		this.#isTurnNear = true;
		setImmediate(() => {
			this.#isTurnNear = false;
			this.#turn();
		});
	}

	#turn(): void {
		const hasBegun = this.#runner.turn();
		// Quick handlers end by the next turn, where others may begin: the results of all share a call to the store.
		if (hasBegun) this.#turnSoon();
		this.#settler.flush(hasBegun);
		this.#taker.turn();
		if (this.#isDrained()) this.#end();
	}

	#isDrained(): boolean {
		if (!this.#settler.isEmpty) return false;
		if (this.#taker.isTaking || this.#seats.reserved > 0) return false;
		if (this.#stage === "writing") return true;
		return this.#stage === "draining" && this.#runner.running === 0;
	}

	/** A lease that comes after the end is left alone, and runs out by itself. */
	#take(lease: Lease, askedMs: number): void {
		if (this.#stage === "stopped") return;
		const leased = this.#leases.add(lease, askedMs);
		if (leased === undefined) return;
		const isPaused = this.#tools.pauses.restMs(lease.route) > 0;
		if (this.#stage === "working" && !isPaused) this.#tools.slots.load(leased);
		else this.#settler.add(leased, RETURNED);
	}

	#settled(leased: Leased, result: Result): void {
		const { lease, startedAt, durationMs } = leased;
		const { verdict, events } = result;
		this.#leases.remove(leased);
		// The store announces changes to others, but need not announce our own to us.
		const isWaiting = verdict.as === "waiting";
		if (isWaiting) this.#agenda.note(lease.route, verdict.afterMs);
		const isLaneFree = !isWaiting || verdict.stepsAside === true;
		if (lease.orderKey !== undefined ? isLaneFree : verdict.as === "returned")
			this.wake([lease.route]);
		for (const { route } of events) this.wake([route]);
		const { listener } = this.#tools;
		listener.onSettled?.({ lease, result, startedAt, durationMs });
	}
}
