import { childrenOf } from "../../inbox/port/child.ts";
import type { Amount } from "../../inbox/port/delivery.ts";
import { budgetOf } from "../../inbox/port/doubt.ts";
import type { NewDelivery, Queue } from "../../inbox/port/queue.ts";
import { ROOM } from "../../inbox/port/room.ts";

/** The limits of an inbox. */
export interface Bounds {
	/** The number of unfinished deliveries. */
	readonly maxBacklog: number;
	/** The bytes of the whole inbox. Undefined for no limit. */
	readonly maxBytes: number | undefined;
	/** The limit of each budget of the quarantine. */
	readonly quarantine: { readonly maxCount: number; readonly maxBytes: number };
}

/** The part of a queue that reports its fill level. */
export type Filled = Pick<Queue, "backlog" | "fill">;

/**
 * Returns the reason why there is no room for a delivery with its children, which are unfinished work instead of it. All of them
 * need room, because they are stored together.
 */
export function noRoomForAll(
	delivery: NewDelivery,
	store: Filled,
	bounds: Bounds,
	ownRoutes: readonly string[],
): string | undefined {
	if (delivery.children === undefined)
		return noRoomFor(delivery, store, bounds, { ownRoutes });
	for (const [taken, child] of childrenOf(delivery).entries()) {
		const why = noRoomFor(child, store, bounds, { ownRoutes, taken });
		if (why !== undefined) return why;
	}
	return undefined;
}

/**
 * Returns the reason why there is no room for a delivery. Undefined if there is room. The `door` budget of the quarantine
 * evicts older deliveries. The `admitted` budget never evicts, and refuses new deliveries when it is full: the platform retries
 * them.
 *
 * @param others.ownRoutes the routes of the router's own events, which have a reserve of their own and take no room from others
 * @param others.taken the deliveries that are stored together with it, and come before it
 */
export function noRoomFor(
	{ route, state, quarantine }: NewDelivery,
	store: Filled,
	{ maxBacklog, maxBytes = Infinity, quarantine: budget }: Bounds,
	{
		ownRoutes = [],
		taken = 0,
	}: {
		readonly ownRoutes?: readonly string[];
		readonly taken?: number;
	} = {},
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
	let total = store.backlog() + taken;
	for (const name of ownRoutes)
		if (name !== route) total -= store.fill(name).own.count;
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

/** Returns true if the room is nearly full, so that finished deliveries should be removed early. */
export function isNearlyFull(
	store: Filled,
	{ maxBytes = Infinity }: Bounds,
): boolean {
	return store.fill("").usedBytes > maxBytes * ROOM.high;
}

/** Returns true if the room is full, so that even answered webhooks are no longer recorded. */
export function isOverfull(
	store: Filled,
	{ maxBytes = Infinity }: Bounds,
): boolean {
	return store.fill("").usedBytes >= maxBytes;
}

/** Returns the reason why the inbox takes no events of a route that has none. Undefined while it does. */
export function fullnessOf(store: Filled, bounds: Bounds): string | undefined {
	const { maxBacklog, maxBytes = Infinity } = bounds;
	if (store.backlog() >= maxBacklog)
		return `the inbox holds ${maxBacklog} unfinished deliveries, the limit of \`inbox.maxBacklog\``;
	return isOverfull(store, bounds) ? noBytes(maxBytes) : undefined;
}

// --- helpers ---

/** The fraction of a limit that one route may use while others wait. */
const SHARE = 0.25;
const SHARE_NAME = "quarter";

/**
 * Returns the limit of a route. A route may use the whole limit while it is alone, and its share while others wait. Beyond the
 * limit there is one more share for routes with little work: each gets half of the rest, so that the first event of another
 * route always finds room.
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
