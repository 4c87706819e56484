import type { Held } from "./held.ts";

/** What the worker knows of one route. */
export interface Slot {
	readonly route: string;
	/** Handlers at once, as the routes said last. */
	concurrency: number;
	/** Handlers at work. */
	running: number;
	/** Leased deliveries that wait for a handler, oldest first. */
	readonly waiting: Held[];
	/** Places kept for deliveries on their way into the store. */
	kept: number;
	/** How long its handlers take on average, milliseconds; undefined before the first ended. */
	handlerMs: number | undefined;
	/** There may be due work in the store. */
	hasWork: boolean;
	/** The store is being asked for it. */
	isAsked: boolean;
	/** There was new work since the store was asked. */
	isWoken: boolean;
	/** It takes nothing until then, by `Timing.nowMs`. */
	restsUntilMs: number;
}

/** Makes the slot of a route that nothing is known of yet. */
export function newSlot(route: string): Slot {
	return {
		route,
		concurrency: 1,
		running: 0,
		waiting: [],
		kept: 0,
		handlerMs: undefined,
		hasWork: false,
		isAsked: false,
		isWoken: false,
		restsUntilMs: Number.NEGATIVE_INFINITY,
	};
}

/** True when nothing of the route is under way. */
export function isIdle(slot: Slot): boolean {
	return loadOf(slot) === 0 && slot.kept === 0;
}

/**
 * What a route may take: its free handlers, and ahead of them as many as they will have ended when the
 * store answers. Quick handlers are thus never idle, and slow ones hoard nothing. It waits until half
 * of what is ahead is used up, so that a question is worth its while.
 *
 * @param answerMs how long the store takes to answer, milliseconds
 * @param batch at most so many, and at most so many ahead
 */
export function wantOf(slot: Slot, answerMs: number, batch: number): number {
	const ahead = aheadOf(slot, answerMs, batch);
	const { length } = slot.waiting;
	if (length > 0 && length * 2 > ahead) return 0;
	// Kept places do not count: what is in the store already goes first.
	return Math.min(slot.concurrency - loadOf(slot) + ahead, batch);
}

/** True where a route has room for a delivery that the store does not have yet. Whether others are before it the store knows. */
export function hasPlace(
	slot: Slot,
	answerMs: number,
	batch: number,
	nowMs: number,
): boolean {
	if (slot.restsUntilMs > nowMs) return false;
	const room = slot.concurrency + aheadOf(slot, answerMs, batch);
	return slot.kept + loadOf(slot) < room;
}

// --- helpers ---

function loadOf({ running, waiting }: Slot): number {
	return running + waiting.length;
}

/** So many deliveries a route's handlers will have ended when the store answers, or in 10 ms. */
function aheadOf(
	{ handlerMs, concurrency }: Slot,
	answerMs: number,
	batch: number,
): number {
	if (handlerMs === undefined) return 0;
	const ended =
		(concurrency * Math.max(answerMs, AHEAD_MS)) /
		Math.max(handlerMs, QUICKEST_MS);
	return Math.min(Math.floor(ended), batch);
}

/** So much work is taken ahead at least, milliseconds: a question to the store costs more than a delivery. */
const AHEAD_MS = 10;

/** No handler is taken to be quicker, milliseconds: the clock may not tell. */
const QUICKEST_MS = 0.02;
