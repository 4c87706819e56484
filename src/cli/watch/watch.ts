import { createFolders, type FoldersOptions } from "./folders.ts";
import { findPlaces } from "./places.ts";
import { type Change, compare, type Snapshot } from "./reading.ts";

/** The clock and timers of a watcher. */
export interface Clock {
	/** Returns milliseconds of a monotonic clock. */
	now(): number;
	/** Calls a function later. Returns the function that cancels it. */
	after(ms: number, run: () => void): () => void;
}

/** The parts that a watcher uses. */
export interface WatchOptions {
	/** The absolute path of a folder that exists as long as the project. */
	readonly top: string;
	/** Returns the inputs of the last load, after running loads. */
	snapshot(): Promise<Snapshot>;
	/** Loads again. MUST NOT reject. Its inputs are the next `snapshot`. */
	reload(changes: readonly Change[]): Promise<void>;
	readonly clock?: Clock;
	/** Called once if the system has no more watches, so that the watcher only polls. */
	onIncomplete(code: string): void;
	/** Called for an unexpected error. The watcher continues. */
	onFault(error: unknown): void;
	/** Default that of `node:fs`. */
	readonly watch?: FoldersOptions["watch"];
}

/** Watches the inputs of a configuration, and reloads it. */
export interface Watcher {
	/** Checks soon, as after an event of the system. */
	nudge(): void;
	close(): Promise<void>;
}

/**
 * Starts to watch. An event only triggers a check, which compares the files with their state at the last load. A burst of
 * events leads to one check after its end. A missing or empty file may be about to be written again, as editors do, and gets
 * some time to return. The watcher also checks periodically, because network and container mounts have no events.
 */
export function startWatching(options: WatchOptions): Watcher {
	const { top, snapshot, reload, clock = SYSTEM_CLOCK, onFault } = options;
	const { onIncomplete, watch } = options;
	let isClosed = false;
	let forgetQuiet: (() => void) | undefined;
	let forgetPoll: (() => void) | undefined;
	let burstAt: number | undefined;
	let lostAt: number | undefined;
	/** The number of consecutive reloads after which an input had changed again. */
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
	/** Updates the watched inputs, and returns the changed ones. The order matters: no change may be missed in between. */
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
 * Returns the milliseconds to wait for the end of a burst.
 *
 * @param restless the number of consecutive reloads after which an input had changed again
 */
export function waitMs(lastedMs: number, restless: number): number {
	// A plugin that writes its own imports would otherwise make the router reload constantly.
	const quietMs = restless > RESTLESS_MAX ? REST_MS : QUIET_MS;
	const leftMs = Math.max(BURST_MS, quietMs) - lastedMs;
	return Math.max(0, Math.min(quietMs, leftMs));
}

// --- helpers ---

/** The pause that ends a burst of events. */
const QUIET_MS = 80;

/** The longest wait for the end of a burst. */
const BURST_MS = 1000;

/** The time in which a missing file may return. */
const RETURN_MS = 400;

const RESTLESS_MAX = 5;
const REST_MS = 5000;

const POLL_MS = 2000;
/** The polling interval if the system reports no events. */
const POLL_BLIND_MS = 500;
/** Checks may use this fraction of the time, one in so many. */
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
