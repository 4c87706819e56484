import { url as inspectorUrl } from "node:inspector";
import { startThread } from "../../start-thread.ts";
import type { Block, READY, WatchData } from "./thread.ts";

/** A running watchdog. */
export interface Watchdog {
	/** Resolves when it watches. */
	readonly ready: Promise<void>;
	close(): Promise<void>;
}

/** Options of `startWatchdog`. */
export interface WatchdogOptions {
	/** The folder of routes.yaml, absolute. */
	readonly folder: string;
	/** Called after each block, when the event loop runs again. */
	readonly onBlocked: (block: Block) => void;
	/** Milliseconds between two signs of life, default 250. */
	readonly everyMs?: number;
	/** Milliseconds without one that count as a block, default 1,000. */
	readonly blockedMs?: number;
	/** Milliseconds after which a block that goes on is reported to standard error, default 10,000. */
	readonly stuckMs?: number;
	/** Default standard error. */
	readonly errorFd?: number;
}

/**
 * Notices when something blocks the event loop, and names it. A thread waits for signs of life of the main thread. Where they
 * stay away, it looks at the stack of the main thread, so that nothing has to be noted for a request. Undefined under a debugger,
 * where every breakpoint would count as a block.
 */
export function startWatchdog({
	folder,
	onBlocked,
	everyMs = 250,
	blockedMs = 1000,
	stuckMs = 10_000,
	errorFd = 2,
}: WatchdogOptions): Watchdog | undefined {
	if (inspectorUrl() !== undefined) return undefined;
	const beats = new Int32Array(new SharedArrayBuffer(4));
	const workerData: WatchData = {
		...{ beats, everyMs, blockedMs, stuckMs, errorFd, folder },
	};
	const thread = startThread(new URL("./thread", import.meta.url), {
		workerData,
		resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 },
	});
	thread.unref();
	const ready = new Promise<void>((done) => {
		thread.on("message", (message: Block | typeof READY) => {
			if (message === "ready") done();
			else onBlocked(message);
		});
	});
	// The router serves without a watchdog too.
	thread.on("error", () => {});
	const timer = setInterval(() => Atomics.add(beats, 0, 1), everyMs).unref();
	return {
		ready,
		async close() {
			clearInterval(timer);
			await thread.terminate();
		},
	};
}
