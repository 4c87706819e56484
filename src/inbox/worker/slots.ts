import type { PacedAsk, PacedLeases } from "../port/pacing.ts";
import type { Lease, LeaseAsk } from "../port/queue.ts";
import type { Leased } from "./leased.ts";
import type { PauseView } from "./pauses.ts";
import { hasSeat, isIdle, newSlot, restOf, type Slot, wantOf } from "./slot.ts";
import type { RouteWork } from "./work.ts";

/** The deliveries to ask the store for now, and the routes that have to wait. */
export interface Choice {
	readonly asks: readonly LeaseAsk[];
	/** The same for routes with a rate. */
	readonly paced: readonly PacedAsk[];
	/** Routes that could take something if they did not rest. `choose` skips them until `wake`, which MUST be called when the rest ends. */
	readonly resting: readonly {
		readonly route: string;
		/** Milliseconds until the rest ends. */
		readonly inMs: number;
	}[];
}

/** Bounds of one call to the store. */
export interface AskBounds {
	/** Deliveries that the worker may take in all. */
	readonly room: number;
	/** Milliseconds, by `Timing.nowMs`. */
	readonly nowMs: number;
	readonly pauses: Pick<PauseView, "restMs">;
	/** False while another call for routes with a rate is under way. */
	readonly mayPace: boolean;
}

/** Routes by name: how many handlers each runs at once, and how it is to be tried. */
export type Limits = ReadonlyMap<
	string,
	Pick<RouteWork, "concurrency" | "caution" | "tolls">
>;

/**
 * Knows for each route what it may take, and whether the store has something for it. A call to the store names only routes where
 * both hold, in turns: a busy route comes again after all others, and a stuck one (all its handlers at work) does not come at all.
 */
export class Slots {
	readonly #slots = new Map<string, Slot>();
	/** Slots with work that they may take; the next in turn first. */
	readonly #ready = new Set<Slot>();
	/** Slots with leased deliveries that wait for a handler. */
	readonly #loaded = new Set<Slot>();
	/** Milliseconds that the store takes to answer on average. */
	#answerMs = 0;
	readonly #batch: number;

	/** @param batch deliveries at most in one call to the store, and at most ahead of a route's handlers */
	constructor(batch: number) {
		this.#batch = batch;
	}

	/** Notes that a route may have due work. */
	wake(route: string): void {
		const slot = this.#slotOf(route);
		slot.hasWork = true;
		// Work announced during a call may have come too late for its answer.
		slot.isWoken = slot.isAsked;
		this.#sort(slot);
	}

	/** Chooses what to ask the store for. A route with nothing under way gets one delivery even where there is no room. */
	choose(routes: Limits, bounds: AskBounds): Choice {
		const { room, nowMs, pauses, mayPace } = bounds;
		const chosen: Chosen[] = [];
		const resting: Choice["resting"][number][] = [];
		let busy = 0;
		for (const slot of this.#ready) {
			if (chosen.length >= this.#batch) break;
			const limit = routes.get(slot.route);
			if (limit === undefined) {
				this.#forget(slot);
				continue;
			}
			slot.concurrency = limit.concurrency;
			slot.tolls = limit.tolls;
			if (slot.tolls !== undefined && !mayPace) continue;
			const caution = limit.caution?.();
			const want = Math.min(this.#want(slot), caution ? 1 : Infinity);
			const inMs = Math.max(
				restOf(slot, nowMs),
				caution?.restMs ?? 0,
				pauses.restMs(slot.route),
			);
			if (want <= 0 || inMs > 0) this.#ready.delete(slot);
			// A full route is looked at again when a handler ends. A rest ends by time alone.
			if (want <= 0) continue;
			if (inMs > 0) resting.push({ route: slot.route, inMs });
			// Without room, routes that have something under way wait; idle ones behind them do not.
			else if (isIdle(slot) || busy++ < room)
				chosen.push({ slot, want, avoid: caution?.avoid });
		}
		const { asked, ...asks } = share(chosen, Math.min(room, this.#batch));
		for (const slot of asked) {
			slot.isAsked = true;
			this.#ready.delete(slot);
		}
		return { ...asks, resting };
	}

	/** Notes an answer of the store, which took `tookMs`. Returns true where a route had less than was asked for: nothing more is due there. */
	answered(
		asks: readonly LeaseAsk[],
		leases: readonly Lease[],
		tookMs: number,
	): boolean {
		this.#answerMs += (tookMs - this.#answerMs) / 4;
		const counts = new Map<string, number>();
		for (const { route } of leases)
			counts.set(route, (counts.get(route) ?? 0) + 1);
		let isShort = false;
		for (const { route, max } of asks) {
			const slot = this.#slotOf(route);
			const isDrained = !slot.lacksTokens && (counts.get(route) ?? 0) < max;
			slot.lacksTokens = false;
			isShort ||= isDrained;
			slot.isAsked = false;
			slot.hasWork = !isDrained || slot.isWoken;
			slot.isWoken = false;
			this.#sort(slot);
		}
		return isShort;
	}

	/** Notes until when routes have no token. Called before `answered`. */
	waitForTokens(waits: PacedLeases["waits"], nowMs: number): void {
		for (const { route, inMs } of waits) {
			const slot = this.#slotOf(route);
			slot.pacedUntilMs = nowMs + inMs;
			slot.lacksTokens = true;
		}
	}

	/** Forgets until when routes have no token, because their rates may be different now. */
	forgetPace(): void {
		for (const slot of this.#slots.values())
			slot.pacedUntilMs = Number.NEGATIVE_INFINITY;
	}

	/** Notes that a call failed: it is to be made again. */
	unanswered(asks: readonly LeaseAsk[]): void {
		for (const { route } of asks) {
			const slot = this.#slotOf(route);
			slot.isAsked = false;
			slot.isWoken = false;
			this.#sort(slot);
		}
	}

	/** Reserves a seat, which MUST be given back by `free`. Returns false where the route is busy or resting. */
	reserve(route: string, concurrency: number, nowMs: number): boolean {
		const slot = this.#slotOf(route);
		slot.concurrency = concurrency;
		if (!hasSeat(slot, this.#answerMs, this.#batch, nowMs)) return false;
		slot.reserved++;
		return true;
	}

	/** Gives a reserved seat back, `tookMs` after it was reserved. */
	free(route: string, tookMs: number): void {
		const slot = this.#slotOf(route);
		slot.reserved--;
		this.#answerMs += (tookMs - this.#answerMs) / 64;
		this.#sort(slot);
	}

	/** Queues a leased delivery for its handler. */
	load(leased: Leased): void {
		const slot = this.#slotOf(leased.lease.route);
		slot.waiting.push(leased);
		this.#loaded.add(slot);
	}

	/**
	 * Takes the deliveries whose handler may begin: for each route as many as it runs at once, so that a
	 * backlog of quick ones leaves the event loop time for others. Each MUST be reported to `finished`.
	 */
	begin(): readonly Leased[] {
		const begun: Leased[] = [];
		for (const slot of this.#loaded) {
			let free = slot.concurrency - slot.running;
			for (; free > 0 && slot.waiting.length > 0; free--) {
				const leased = slot.waiting.shift() as Leased;
				if (leased.stage !== "waiting") continue;
				slot.running++;
				begun.push(leased);
			}
			if (slot.waiting.length === 0) this.#loaded.delete(slot);
		}
		return begun;
	}

	/** Notes that a handler ended. */
	finished(route: string, durationMs: number): void {
		const slot = this.#slotOf(route);
		slot.running--;
		slot.handlerMs =
			slot.handlerMs === undefined
				? durationMs
				: slot.handlerMs + (durationMs - slot.handlerMs) / 8;
		this.#sort(slot);
	}

	/** Makes a route rest until a time (`Timing.nowMs`), and returns what was waiting for its handlers. */
	rest(route: string, untilMs: number): readonly Leased[] {
		const slot = this.#slotOf(route);
		slot.restsUntilMs = untilMs;
		const unloaded = this.#unload(slot);
		this.wake(route);
		return unloaded;
	}

	/** Removes and returns what waits for a handler. Default: of all routes. */
	unload(routes?: readonly string[]): readonly Leased[] {
		const slots = routes?.map((route) => this.#slotOf(route)) ?? this.#loaded;
		return [...slots].flatMap((slot) => this.#unload(slot));
	}

	#unload(slot: Slot): readonly Leased[] {
		this.#loaded.delete(slot);
		return slot.waiting.splice(0).filter(({ stage }) => stage === "waiting");
	}

	#slotOf(route: string): Slot {
		let slot = this.#slots.get(route);
		if (slot === undefined) {
			slot = newSlot(route);
			this.#slots.set(route, slot);
		}
		return slot;
	}

	#want(slot: Slot): number {
		return wantOf(slot, this.#answerMs, this.#batch);
	}

	#sort(slot: Slot): void {
		if (!slot.hasWork || slot.isAsked) return;
		if (this.#want(slot) > 0) this.#ready.add(slot);
	}

	/** Forgets a route that is gone from the configuration: its deliveries stay in the store. */
	#forget(slot: Slot): void {
		this.#ready.delete(slot);
		slot.hasWork = false;
		if (isIdle(slot)) this.#slots.delete(slot.route);
	}
}

// --- helpers ---

/** A route that the next call to the store names. */
interface Chosen {
	readonly slot: Slot;
	readonly want: number;
	readonly avoid: readonly string[] | undefined;
}

/** Shares the room among the routes of one call. */
function share(
	chosen: readonly Chosen[],
	room: number,
): Pick<Choice, "asks" | "paced"> & { readonly asked: readonly Slot[] } {
	const asks: LeaseAsk[] = [];
	const paced: PacedAsk[] = [];
	const asked: Slot[] = [];
	let left = Math.max(0, room);
	let others = chosen.length;
	for (const { slot, want, avoid } of chosen) {
		const atLeast = isIdle(slot) ? 1 : 0;
		const part = Math.max(Math.ceil(left / others--), atLeast);
		const max = Math.min(want, part);
		if (max === 0) continue;
		left = Math.max(0, left - max);
		asked.push(slot);
		const { route, tolls } = slot;
		const ask = avoid === undefined ? { route, max } : { route, max, avoid };
		if (tolls === undefined) asks.push(ask);
		else paced.push({ ...ask, tolls });
	}
	return { asks, paced, asked };
}
