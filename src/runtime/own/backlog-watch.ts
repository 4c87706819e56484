import type { InboxStore } from "../../inbox/port/store.ts";
import { SYSTEM_TIMING, type Timing } from "../../inbox/worker/timing.ts";
import { backlog } from "./cause.ts";
import type { OwnEvents } from "./own-events.ts";

/** The bounds of a backlog that is well. */
export interface BacklogBounds {
	readonly maxBacklog: number;
	/** The part of `maxBacklog`, from 0 to 1. */
	readonly share: number;
	/** Milliseconds since the arrival of the oldest unfinished event. */
	readonly oldestMs: number;
}

export interface BacklogWatchOptions {
	readonly store: Pick<
		InboxStore,
		"backlog" | "fill" | "stats" | "export" | "readState" | "writeState"
	>;
	readonly own: OwnEvents;
	/** Read at each look, because a reload may change them. */
	readonly bounds: () => BacklogBounds;
	readonly timing?: Timing;
}

/**
 * Looks at the backlog every 10 seconds, and raises an alert when it becomes too large or too old, and when it is well again. The
 * routers of an inbox share what was told last. Returns the function that ends it.
 */
export function watchBacklog({
	store,
	own,
	bounds,
	timing = SYSTEM_TIMING,
}: BacklogWatchOptions): () => Promise<void> {
	let isStopped = false;
	let looks = 0;
	let isOld = false;
	let oldestAt: number | undefined;
	let told: State | undefined;
	let cancel = (): void => {};
	let looking = Promise.resolve();

	const look = async (): Promise<void> => {
		if (!own.takes("router.backlog")) return;
		const { maxBacklog, share, oldestMs } = bounds();
		const waiting = waitingOf(store, own.routes);
		// Counting all events takes long, so it is done less often.
		if (looks++ % LOOKS_PER_COUNT === 0) {
			oldestAt = await findOldest(store, own.routes, oldestMs, timing.wallMs());
			isOld = oldestAt !== undefined;
		}
		const limit = maxBacklog * share;
		// It is well only with a distance, so that it is not told again and again.
		const isHigh =
			isOld || waiting >= (told === "high" ? limit * WELL_SHARE : limit);
		const state: State = isHigh ? "high" : "well";
		if (state === told) return;
		const shared = await readTold(store);
		told = state;
		if (state === shared) return;
		await store.writeState([
			{
				plugin: OWNER,
				key: KEY,
				value: JSON.stringify(state),
				expiresAfterMs: undefined,
			},
		]);
		own.raise(backlog({ state, waiting, maxBacklog, oldestAt }));
	};
	const next = (afterMs: number): void => {
		if (isStopped) return;
		cancel = timing.setTimer(() => {
			// The store reports its own outages.
			looking = look()
				.catch(() => {})
				.then(() => next(EVERY_MS));
		}, afterMs);
	};
	next(EVERY_MS);
	return async () => {
		isStopped = true;
		cancel();
		await looking;
	};
}

// --- helpers ---

type State = "high" | "well";

const EVERY_MS = 10_000;
const LOOKS_PER_COUNT = 6;

/** It is well again below this part of its bound. */
const WELL_SHARE = 0.75;

/** No plugin can have this name. */
const OWNER = "switchhook:own";
const KEY = "backlog";

/** Returns the number of unfinished events without the router's own. */
function waitingOf(
	store: Pick<InboxStore, "backlog" | "fill">,
	routes: readonly string[],
): number {
	let count = store.backlog();
	for (const route of routes) count -= store.fill(route).own.count;
	return Math.max(0, count);
}

/** Returns the arrival of the oldest unfinished event that waits for too long. Undefined if none does. Own events do not count. */
async function findOldest(
	store: Pick<InboxStore, "stats" | "export">,
	routes: readonly string[],
	oldestMs: number,
	now: number,
): Promise<number | undefined> {
	const { oldestUnfinishedAt: oldest } = await store.stats();
	if (oldest === undefined || now - oldest < oldestMs) return undefined;
	if (routes.length === 0) return oldest;
	const states = ["received", "waiting", "leased"] as const;
	for await (const { route, receivedAt } of store.export({ states })) {
		if (now - receivedAt < oldestMs) return undefined;
		if (!routes.includes(route)) return receivedAt;
	}
	return undefined;
}

async function readTold(store: Pick<InboxStore, "readState">): Promise<State> {
	const text = await store.readState(OWNER, KEY);
	return text === JSON.stringify("high") ? "high" : "well";
}
