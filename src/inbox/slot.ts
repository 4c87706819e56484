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
		handlerMs: undefined,
		hasWork: false,
		isAsked: false,
		isWoken: false,
		restsUntilMs: Number.NEGATIVE_INFINITY,
	};
}

/** True when nothing of the route is under way. */
export function isIdle({ running, waiting }: Slot): boolean {
	return running === 0 && waiting.length === 0;
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
	const { concurrency, running, waiting, handlerMs } = slot;
	const ended =
		handlerMs === undefined
			? 0
			: (concurrency * answerMs) / Math.max(handlerMs, QUICKEST_MS);
	const ahead = Math.min(Math.floor(ended), batch);
	if (waiting.length > 0 && waiting.length * 2 > ahead) return 0;
	return Math.min(concurrency - running - waiting.length + ahead, batch);
}

// --- helpers ---

/** No handler is taken to be quicker, milliseconds: the clock may not tell. */
const QUICKEST_MS = 0.02;
