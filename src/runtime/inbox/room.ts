import type { Amount } from "../../inbox/port/delivery.ts";
import { budgetOf } from "../../inbox/port/doubt.ts";
import type { NewDelivery, Queue } from "../../inbox/port/queue.ts";
import { ROOM } from "../../inbox/port/room.ts";

/** The most that an inbox may hold. */
export interface Bounds {
	/** Unfinished deliveries. */
	readonly maxBacklog: number;
	/** Room for all of it; undefined for no bound. */
	readonly maxBytes: number | undefined;
	/** The bound of each budget of the quarantine. */
	readonly quarantine: { readonly maxCount: number; readonly maxBytes: number };
}

/** The part of a queue that says how full it is. */
export type Filled = Pick<Queue, "backlog" | "fill">;

/**
 * Says why there is no room for a delivery; undefined where there is. The `door` budget of the quarantine makes its own room. The
 * `admitted` budget never does, so that it refuses the next one when it is full: the platform keeps that one.
 */
export function noRoomFor(
	{ route, state, quarantine }: NewDelivery,
	store: Filled,
	{ maxBacklog, maxBytes = Infinity, quarantine: budget }: Bounds,
): string | undefined {
	const { own, admitted, usedBytes } = store.fill(route);
	if (state === "quarantined") {
		if (
			budgetOf(quarantine?.doubts ?? []) === "admitted" &&
			isFull(admitted, budget)
		)
			return `${admitted.count} admitted deliveries of ${admitted.bytes} bytes are in quarantine, the limit of \`inbox.quarantine\`. Release or drop some`;
		return usedBytes >= maxBytes ? noBytes(maxBytes) : undefined;
	}
	const total = store.backlog();
	const isAlone = total <= own.count;
	if (isOver({ own: own.count, total, max: maxBacklog, isAlone }))
		return total >= maxBacklog
			? `the inbox holds ${maxBacklog} unfinished deliveries, the limit of \`inbox.maxBacklog\``
			: `${route} holds ${own.count} unfinished deliveries, its limit of a ${SHARE_NAME} of \`inbox.maxBacklog\` while other routes have deliveries waiting`;
	if (isOver({ own: own.bytes, total: usedBytes, max: maxBytes, isAlone }))
		return usedBytes >= maxBytes
			? noBytes(maxBytes)
			: `${route} holds ${own.bytes} bytes of unfinished deliveries, its limit of a ${SHARE_NAME} of \`inbox.maxSize\` while other routes have deliveries waiting`;
	return undefined;
}

/** Returns true where the room is nearly full, so that finished deliveries should be removed before their time. */
export function isNearlyFull(
	store: Filled,
	{ maxBytes = Infinity }: Bounds,
): boolean {
	return store.fill("").usedBytes > maxBytes * ROOM.high;
}

/** Returns true where the room is full, so that even answered webhooks are no longer recorded. */
export function isOverfull(
	store: Filled,
	{ maxBytes = Infinity }: Bounds,
): boolean {
	return store.fill("").usedBytes >= maxBytes;
}

// --- helpers ---

/** The part of a bound that is one route's while others wait as well. */
const SHARE = 0.25;
const SHARE_NAME = "quarter";

/**
 * A route may take all of a bound while it is alone. While others wait it has its share. Beyond the bound there is one more share for
 * routes that have little: each gets half of what is left of it, so that the first event of another route always finds room.
 */
function isOver({
	own,
	total,
	max,
	isAlone,
}: {
	readonly own: number;
	readonly total: number;
	readonly max: number;
	readonly isAlone: boolean;
}): boolean {
	const share = Math.ceil(max * SHARE);
	if (total < max) return !isAlone && own >= share;
	return own >= max + share - total;
}

function isFull(
	{ count, bytes }: Amount,
	{ maxCount, maxBytes }: Bounds["quarantine"],
): boolean {
	return count >= maxCount || bytes >= maxBytes;
}

function noBytes(maxBytes: number): string {
	return `the inbox uses ${maxBytes} bytes, the limit of \`inbox.maxSize\``;
}
