import type { Toll } from "../port/rate.ts";
import type { Leased } from "./leased.ts";

/** The state of one route in this worker. */
export interface Slot {
	readonly route: string;
	/** Handlers at once, as the configuration said last. */
	concurrency: number;
	/** Handlers at work. */
	running: number;
	/** Leased deliveries that wait for a handler, oldest first. */
	readonly waiting: Leased[];
	/** Seats reserved for deliveries on their way into the store. */
	reserved: number;
	/** Milliseconds that its handlers take on average; undefined until the first has ended. */
	handlerMs: number | undefined;
	/** True when the store may have due work. */
	hasWork: boolean;
	/** True while the store is being asked for it. */
	isAsked: boolean;
	/** True when new work was announced since the store was asked. */
	isWoken: boolean;
	/** The route takes nothing before this time, by `Timing.nowMs`. */
	restsUntilMs: number;
	/** The rates of the route, as the configuration said last. */
	tolls: readonly Toll[] | undefined;
	/** There is no token for the route before this time, by `Timing.nowMs`. */
	pacedUntilMs: number;
	/** True when the store had fewer tokens than were asked for, so that more work may be due. */
	lacksTokens: boolean;
}

/** Makes the slot of a route that has not been seen yet. */
export function newSlot(route: string): Slot {
	return {
		route,
		concurrency: 1,
		running: 0,
		waiting: [],
		reserved: 0,
		handlerMs: undefined,
		hasWork: false,
		isAsked: false,
		isWoken: false,
		restsUntilMs: Number.NEGATIVE_INFINITY,
		tolls: undefined,
		pacedUntilMs: Number.NEGATIVE_INFINITY,
		lacksTokens: false,
	};
}

/** True when nothing of the route is under way. */
export function isIdle(slot: Slot): boolean {
	return loadOf(slot) === 0 && slot.reserved === 0;
}

/**
 * Returns how many deliveries a route may take: one for each free handler, and as many ahead as the handlers will have finished
 * when the store answers. So quick handlers are never idle, and slow ones hoard nothing. Until half of what is ahead is used up
 * it returns 0, so that each call to the store brings enough. A route with a rate takes nothing ahead: a token is for a handler
 * that starts at once.
 *
 * @param answerMs milliseconds that the store takes to answer
 * @param batch upper bound of the result, and of what is taken ahead
 */
export function wantOf(slot: Slot, answerMs: number, batch: number): number {
	if (slot.tolls !== undefined)
		return Math.min(slot.concurrency - loadOf(slot), batch);
	const ahead = aheadOf(slot, answerMs, batch);
	const { length } = slot.waiting;
	if (length > 0 && length * 2 > ahead) return 0;
	// Reserved seats do not count: deliveries that the store has already go first.
	return Math.min(slot.concurrency - loadOf(slot) + ahead, batch);
}

/** True when a route has room for a delivery that is not in the store yet. The store decides whether others go before it. */
export function hasSeat(
	slot: Slot,
	answerMs: number,
	batch: number,
	nowMs: number,
): boolean {
	if (slot.restsUntilMs > nowMs) return false;
	const room = slot.concurrency + aheadOf(slot, answerMs, batch);
	return slot.reserved + loadOf(slot) < room;
}

/** Returns the milliseconds until a route may take something: the end of its rest, and its next token. */
export function restOf(
	{ restsUntilMs, pacedUntilMs, tolls }: Slot,
	nowMs: number,
): number {
	const untilMs =
		tolls === undefined ? restsUntilMs : Math.max(restsUntilMs, pacedUntilMs);
	return untilMs - nowMs;
}

// --- helpers ---

function loadOf({ running, waiting }: Slot): number {
	return running + waiting.length;
}

/** How many deliveries a route's handlers will have finished when the store answers, or in 10 ms if that is longer. */
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

/** Milliseconds of work that are taken ahead at least: a call to the store costs more than a delivery. */
const AHEAD_MS = 10;

/** The shortest time that a handler counts with, milliseconds: the clock may be too coarse to tell. */
const QUICKEST_MS = 0.02;
