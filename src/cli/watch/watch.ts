import { createFolders, type FoldersOptions } from "./folders.ts";
import { findPlaces } from "./places.ts";
import { type Change, compare, type Snapshot } from "./reading.ts";

/** Time as a watcher needs it. */
export interface Clock {
	/** Milliseconds that only grow. */
	now(): number;
	/** Runs something later. Returns the function that forgets it. */
	after(ms: number, run: () => void): () => void;
}

/** Holds what a watcher works with. */
export interface WatchOptions {
	/** Absolute folder that is there as long as the project is. */
	readonly top: string;
	/** Tells what the last load read, once no load is under way. */
	snapshot(): Promise<Snapshot>;
	/** Loads anew. MUST NOT reject; what it read is the next `snapshot`. */
	reload(changes: readonly Change[]): Promise<void>;
	readonly clock?: Clock;
	/** Called once where the system has no more watches, so that the watcher only looks now and then. */
	onIncomplete(code: string): void;
	/** Called for what must not happen; the watcher goes on. */
	onFault(error: unknown): void;
	/** Default that of `node:fs`. */
	readonly watch?: FoldersOptions["watch"];
}

/** Watches what a configuration is read from, and reloads it. */
export interface Watcher {
	/** Looks soon, as for an event of the system. */
	nudge(): void;
	close(): Promise<void>;
}

/**
 * Starts to watch. Events only say when to look: what counts is whether a file differs from what was read. A burst of
 * them leads to one look, once it is over. A file that is gone or empty may be about to be written again, as editors replace
 * it, and has a moment to come back. Now and then the watcher looks without an event too: network and container mounts have
 * none.
 */
export function startWatching(options: WatchOptions): Watcher {
	const { top, snapshot, reload, clock = SYSTEM_CLOCK, onFault } = options;
	const { onIncomplete, watch } = options;
	let isClosed = false;
	let forgetQuiet: (() => void) | undefined;
	let forgetPoll: (() => void) | undefined;
	let burstAt: number | undefined;
	let lostAt: number | undefined;
	/** Reloads in a row after each of which something was different again. */
	let restless = 0;
	let last: Promise<void> = Promise.resolve();
	const nudge = (): void => {
		if (isClosed) return;
		burstAt ??= clock.now();
		lookIn(waitMs(clock.now() - burstAt, restless));
	};
	const lookIn = (ms: number): void => {
		forgetQuiet?.();
		forgetQuiet = clock.after(ms, () => {
			burstAt = undefined;
			enqueue(look);
		});
	};
	const folders = createFolders({ onChange: nudge, onIncomplete, watch });
	const enqueue = (step: () => Promise<void>): void => {
		last = last.then(() => (isClosed ? undefined : step())).catch(onFault);
	};
	/** Follows what was read last, and says what of it has changed. The order counts: nothing may change unseen in between. */
	const glance = async (): Promise<readonly Change[]> => {
		const read = await snapshot();
		await folders.follow(await findPlaces(read, top));
		return compare(read);
	};
	const look = async (): Promise<void> => {
		const changes = await glance();
		if (isClosed || changes.length === 0) {
			lostAt = undefined;
			return;
		}
		const now = clock.now();
		lostAt = changes.some(isLoss) ? (lostAt ?? now) : undefined;
		if (lostAt !== undefined && now < lostAt + RETURN_MS) {
			lookIn(lostAt + RETURN_MS - now);
			return;
		}
		lostAt = undefined;
		await reload(changes);
		restless += 1;
		await lookAround();
	};
	const lookAround = async (): Promise<void> => {
		if ((await glance()).length > 0) nudge();
		else restless = 0;
	};
	const poll = async (): Promise<void> => {
		const startedAt = clock.now();
		try {
			await lookAround();
		} finally {
			const tookMs = clock.now() - startedAt;
			const everyMs = folders.isComplete() ? POLL_MS : POLL_BLIND_MS;
			forgetPoll = clock.after(Math.max(everyMs, PATIENCE * tookMs), () =>
				enqueue(poll),
			);
		}
	};
	enqueue(poll);
	return {
		nudge,
		async close() {
			isClosed = true;
			folders.close();
			forgetQuiet?.();
			await last;
			forgetPoll?.();
		},
	};
}

/**
 * Milliseconds to wait for the end of a burst.
 *
 * @param restless reloads in a row after each of which something was different again
 */
export function waitMs(lastedMs: number, restless: number): number {
	// A plugin that writes what it imports would keep the router reloading.
	const quietMs = restless > RESTLESS_MAX ? REST_MS : QUIET_MS;
	const leftMs = Math.max(BURST_MS, quietMs) - lastedMs;
	return Math.max(0, Math.min(quietMs, leftMs));
}

// --- helpers ---

/** The silence that ends a burst of events. */
const QUIET_MS = 80;

/** A burst that does not end is not waited for longer. */
const BURST_MS = 1000;

/** The time in which a file that is gone may come back. */
const RETURN_MS = 400;

const RESTLESS_MAX = 5;
const REST_MS = 5000;

const POLL_MS = 2000;
/** Where the system reports nothing, looking is all there is. */
const POLL_BLIND_MS = 500;
/** Looking takes at most this share of the time, one to so many. */
const PATIENCE = 50;

const SYSTEM_CLOCK: Clock = {
	now: () => performance.now(),
	after(ms, run) {
		const timer = setTimeout(run, ms).unref();
		return () => clearTimeout(timer);
	},
};

function isLoss({ what }: Change): boolean {
	return what === "removed" || what === "emptied";
}
