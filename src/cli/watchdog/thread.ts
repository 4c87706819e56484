import { writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { createPlaceOf } from "../../plugin/loader/trace.ts";
import { type Sample, takeSample } from "./sample.ts";

/** The settings and the memory that the thread gets. */
export interface WatchData {
	/** The main thread counts its beats here. */
	readonly beats: Int32Array;
	/** Milliseconds between two beats. */
	readonly everyMs: number;
	/** Milliseconds without a beat after which the event loop counts as blocked. */
	readonly blockedMs: number;
	/** Milliseconds after which a block that goes on is reported from here, since the main thread may never come back. */
	readonly stuckMs: number;
	/** The descriptor for that report. */
	readonly errorFd: number;
	/** The folder of routes.yaml, absolute. */
	readonly folder: string;
}

/** A block that has ended. */
export interface Block {
	readonly ms: number;
	readonly route: string | undefined;
	/** The place in the user's own files that ran: `plugins/menu.ts:12:5`. */
	readonly at: string | undefined;
}

/** The first message of the thread: it watches. */
export const READY = "ready";

// The entry of a worker thread: it does something when it is loaded.
if (parentPort !== null) watch(parentPort, workerData as WatchData);

// --- helpers ---

/** The longest time that the main thread is paused for a sample. */
const SAMPLE_MS = 1000;

function watch(
	port: NonNullable<typeof parentPort>,
	{ beats, everyMs, blockedMs, stuckMs, errorFd, folder }: WatchData,
): void {
	const placeOf = createPlaceOf(folder);
	const tickMs = everyMs / 2;
	let beat = Atomics.load(beats, 0);
	let beatAt = performance.now();
	let tickedAt = beatAt;
	let block: Promise<Sample | undefined> | undefined;
	let isTold = false;
	const name = async (): Promise<Omit<Block, "ms">> => {
		const sample = await block;
		const at = placeOf({ message: "", stack: sample?.stack ?? "" });
		return { route: sample?.route, at };
	};
	setInterval(() => {
		const now = performance.now();
		const isLate = now - tickedAt > blockedMs / 2;
		tickedAt = now;
		const current = Atomics.load(beats, 0);
		if (current !== beat) {
			const ms = Math.round(now - beatAt);
			if (block !== undefined)
				void name().then((named) => port.postMessage({ ms, ...named }));
			beat = current;
			beatAt = now;
			block = undefined;
			isTold = false;
			return;
		}
		// The machine was suspended or overloaded, which stopped this thread too.
		if (isLate && block === undefined) beatAt = now;
		const ms = now - beatAt;
		if (ms < blockedMs) return;
		block ??= takeSample(SAMPLE_MS);
		if (ms < stuckMs || isTold) return;
		isTold = true;
		void name().then((named) => {
			const text = describe(ms, named);
			writeSync(errorFd, `${text} Nothing else is handled meanwhile.\n`);
		});
	}, tickMs);
	port.postMessage(READY);
}

function describe(ms: number, { route, at }: Omit<Block, "ms">): string {
	const by = [at, route && `route \`${route}\``].filter(Boolean).join(", ");
	return `The event loop has been blocked for ${Math.round(ms / 1000)} s${by && ` by ${by}`}.`;
}
