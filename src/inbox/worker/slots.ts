import type { Lease, LeaseAsk } from "../port/store.ts";
import type { Held } from "./held.ts";
import { hasPlace, isIdle, newSlot, type Slot, wantOf } from "./slot.ts";
import type { RouteWork } from "./work.ts";

/** What to ask of the store now, and what may not be asked for yet. */
export interface Choice {
	readonly asks: readonly LeaseAsk[];
	/** Routes that could take something, were it not for their rest. They are forgotten until `wake`, which MUST be called then. */
	readonly resting: readonly {
		readonly route: string;
		/** Milliseconds until the rest ends. */
		readonly inMs: number;
	}[];
}

/** Bounds of one question to the store. */
export interface AskBounds {
	/** Deliveries that the worker may take on in all. */
	readonly room: number;
	/** Milliseconds, by `Timing.nowMs`. */
	readonly nowMs: number;
}

/** Routes by name: how many handlers each runs at once, and how it is to be tried. */
export type Limits = ReadonlyMap<
	string,
	Pick<RouteWork, "concurrency" | "caution">
>;

/** A route to be asked for. */
interface Chosen {
	readonly slot: Slot;
	readonly want: number;
	readonly avoid: readonly string[] | undefined;
}

/**
 * What each route may take, and whether there is something to take. A question names only routes of
 * which both is so, in turns: a busy route is asked for again after all others, and a stuck one (all its
 * handlers at work) not at all.
 */
export class Slots {
	readonly #slots = new Map<string, Slot>();
	/** Those with work that they may take; the next in turn first. */
	readonly #ready = new Set<Slot>();
	/** Those with leased deliveries that wait for a handler. */
	readonly #loaded = new Set<Slot>();
	/** How long the store takes to answer, milliseconds, on average. */
	#answerMs = 0;
	readonly #batch: number;

	/** @param batch deliveries at most in one question, and at most ahead of a route's handlers */
	constructor(batch: number) {
		this.#batch = batch;
	}

	/** Notes that a route may have due work. */
	wake(route: string): void {
		const slot = this.#slotOf(route);
		slot.hasWork = true;
		// What came while the store is being asked may have come too late for its answer.
		slot.isWoken = slot.isAsked;
		this.#sort(slot);
	}

	/** Chooses what to ask the store for. A route with nothing under way gets one even where there is no room. */
	choose(routes: Limits, { room, nowMs }: AskBounds): Choice {
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
			const caution = limit.caution?.();
			const want = Math.min(this.#want(slot), caution ? 1 : Infinity);
			const inMs = Math.max(slot.restsUntilMs - nowMs, caution?.restMs ?? 0);
			if (want <= 0 || inMs > 0) this.#ready.delete(slot);
			// One that is full is looked at again when a handler ends; nothing else ends a rest but time.
			if (want <= 0) continue;
			if (inMs > 0) resting.push({ route: slot.route, inMs });
			// Where there is no room, those that have something under way wait; others are behind them.
			else if (isIdle(slot) || busy++ < room)
				chosen.push({ slot, want, avoid: caution?.avoid });
		}
		const asks = this.#share(chosen, Math.min(room, this.#batch));
		return { asks, resting };
	}

	/** Takes in what the store answered after `tookMs`. Returns true where a route had less than was asked for: nothing more is due there. */
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
			const isDrained = (counts.get(route) ?? 0) < max;
			isShort ||= isDrained;
			slot.isAsked = false;
			slot.hasWork = !isDrained || slot.isWoken;
			slot.isWoken = false;
			this.#sort(slot);
		}
		return isShort;
	}

	/** The store did not answer: what was asked is to be asked again. */
	unanswered(asks: readonly LeaseAsk[]): void {
		for (const { route } of asks) {
			const slot = this.#slotOf(route);
			slot.isAsked = false;
			slot.isWoken = false;
			this.#sort(slot);
		}
	}

	/** Keeps a place, to be given back by `vacate`. False where the route is busy or resting. */
	keepPlace(route: string, concurrency: number, nowMs: number): boolean {
		const slot = this.#slotOf(route);
		slot.concurrency = concurrency;
		if (!hasPlace(slot, this.#answerMs, this.#batch, nowMs)) return false;
		slot.kept++;
		return true;
	}

	/** Gives a kept place back, `tookMs` after it was asked for. */
	vacate(route: string, tookMs: number): void {
		const slot = this.#slotOf(route);
		slot.kept--;
		this.#answerMs += (tookMs - this.#answerMs) / 64;
		this.#sort(slot);
	}

	/** Queues a leased delivery for its handler. */
	load(held: Held): void {
		const slot = this.#slotOf(held.lease.route);
		slot.waiting.push(held);
		this.#loaded.add(slot);
	}

	/**
	 * Takes the deliveries whose handler may begin: of each route as many as it runs at once, so that a
	 * backlog of quick ones leaves the event loop time for others. Each MUST be reported to `finished`.
	 */
	begin(): readonly Held[] {
		const begun: Held[] = [];
		for (const slot of this.#loaded) {
			let free = slot.concurrency - slot.running;
			for (; free > 0 && slot.waiting.length > 0; free--) {
				const held = slot.waiting.shift() as Held;
				if (held.stage !== "waiting") continue;
				slot.running++;
				begun.push(held);
			}
			if (slot.waiting.length === 0) this.#loaded.delete(slot);
		}
		return begun;
	}

	/** True when a waiting delivery's handler may begin. */
	canBegin(): boolean {
		for (const slot of this.#loaded)
			if (slot.running < slot.concurrency) return true;
		return false;
	}

	/** A handler ended. */
	finished(route: string, durationMs: number): void {
		const slot = this.#slotOf(route);
		slot.running--;
		slot.handlerMs =
			slot.handlerMs === undefined
				? durationMs
				: slot.handlerMs + (durationMs - slot.handlerMs) / 8;
		this.#sort(slot);
	}

	/** Lets a route take nothing until then (`Timing.nowMs`), and hands out what was waiting for its handler. */
	rest(route: string, untilMs: number): readonly Held[] {
		const slot = this.#slotOf(route);
		slot.restsUntilMs = untilMs;
		const unloaded = this.#unload(slot);
		this.wake(route);
		return unloaded;
	}

	/** Hands out all that waits for a handler. */
	unload(): readonly Held[] {
		return [...this.#loaded].flatMap((slot) => this.#unload(slot));
	}

	#unload(slot: Slot): readonly Held[] {
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

	/** The route is gone from the configuration: its deliveries are left alone. */
	#forget(slot: Slot): void {
		this.#ready.delete(slot);
		slot.hasWork = false;
		if (isIdle(slot)) this.#slots.delete(slot.route);
	}

	#share(chosen: readonly Chosen[], room: number): readonly LeaseAsk[] {
		const asks: LeaseAsk[] = [];
		let left = Math.max(0, room);
		let others = chosen.length;
		for (const { slot, want, avoid } of chosen) {
			const atLeast = isIdle(slot) ? 1 : 0;
			const share = Math.max(Math.ceil(left / others--), atLeast);
			const max = Math.min(want, share);
			if (max === 0) continue;
			left = Math.max(0, left - max);
			slot.isAsked = true;
			this.#ready.delete(slot);
			const { route } = slot;
			asks.push(avoid === undefined ? { route, max } : { route, max, avoid });
		}
		return asks;
	}
}
