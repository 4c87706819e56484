import { hostname } from "node:os";
import type { InboxStats } from "../../inbox/port/delivery.ts";
import {
	HISTORY_BATCH_MAX,
	HISTORY_TIERS,
	type History,
	type HistoryBatch,
	type NewMark,
} from "../../inbox/port/history.ts";
import { SYSTEM_TIMING, type Timing } from "../../inbox/worker/timing.ts";
import {
	HistoryCounter,
	type HistoryRows,
	type InboxDepth,
} from "../../observe/history/counter.ts";
import type { Metrics } from "../../observe/metrics/metrics.ts";

/** Writes what a process counts to the history, every 10 seconds. A process that dies loses the counts since then. */
export interface Recorder {
	start(): void;
	/** Adds a count of the whole inbox to the next batch. */
	sampled(stats: InboxStats): void;
	/** Writes a mark now. */
	mark(mark: Omit<NewMark, "router">): void;
	/** Writes what is left. Resolves when it was written, or could not be. */
	stop(): Promise<void>;
}

/** The parts of a recorder. */
export interface RecorderOptions {
	readonly history: Pick<History, "addHistory">;
	readonly metrics: Metrics;
	/** Names the process in marks. */
	readonly router: string;
	/** Undefined for a process that does not report the inbox. */
	readonly depth?: InboxDepth | undefined;
	readonly timing?: Timing | undefined;
}

/** Creates a recorder. Nothing happens before `start`. */
export function createRecorder(options: RecorderOptions): Recorder {
	const { history, router, metrics, depth } = options;
	const { timing = SYSTEM_TIMING } = options;
	const counter = new HistoryCounter(metrics, depth);
	/** The batches that are not written yet, oldest first. */
	let unwritten: readonly Unwritten[] = [];
	let writing: Promise<void> = Promise.resolve();
	let cancel = (): void => {};
	let isRunning = false;

	const add = (rows: HistoryRows, marks: readonly NewMark[]): void => {
		const atMs = timing.nowMs();
		const batches = [{ atMs, rows: rows.slice(0, HISTORY_BATCH_MAX), marks }];
		for (let at = HISTORY_BATCH_MAX; at < rows.length; at += HISTORY_BATCH_MAX)
			batches.push({
				atMs,
				rows: rows.slice(at, at + HISTORY_BATCH_MAX),
				marks: [],
			});
		unwritten = [...unwritten, ...batches].filter(
			(one) => atMs - one.atMs <= WAIT_MAX_MS,
		);
	};
	/** Writes in order until something fails. Returns the store's time, or the system's. */
	const writeAll = async (): Promise<number> => {
		let now: number | undefined;
		for (let next = unwritten[0]; next !== undefined; next = unwritten[0]) {
			const { atMs, rows, marks } = next;
			const agoMs = Math.max(0, timing.nowMs() - atMs);
			try {
				now = await history.addHistory({ agoMs, rows, marks });
			} catch {
				// The log has the reason, because the pipeline and the worker meet the same fault. The next turn tries it again.
				break;
			}
			unwritten = unwritten.slice(1);
		}
		return now ?? timing.wallMs();
	};
	const write = (): Promise<number> => {
		const written = writing.then(writeAll);
		writing = written.then(() => {});
		return written;
	};
	const rest = (now: number): void => {
		if (isRunning) cancel = timing.setTimer(turn, msToNextStep(now));
	};
	const turn = (): void => {
		add(counter.take(), []);
		void write().then(rest);
	};

	return {
		start() {
			if (isRunning) return;
			isRunning = true;
			rest(timing.wallMs());
		},
		sampled: (stats) => counter.sample(stats, timing.wallMs()),
		mark(mark) {
			add([], [{ ...mark, router }]);
			void write();
		},
		async stop() {
			cancel();
			if (isRunning) add(counter.take(), []);
			isRunning = false;
			await write();
		},
	};
}

/** Names this process in marks. */
export function nameProcess(): string {
	return `${hostname()}:${process.pid}`;
}

// --- helpers ---

interface Unwritten extends Pick<HistoryBatch, "rows" | "marks"> {
	/** By `Timing.nowMs`. */
	readonly atMs: number;
}

/** Batches of a store that is away are kept for this long. */
const WAIT_MAX_MS = 10 * 60_000;

const STEP_MS = HISTORY_TIERS[0]?.stepMs ?? 10_000;

/**
 * Returns the milliseconds until the next step begins, by the store's clock: then each batch has the counts of exactly one step.
 * A timer that came a little early does not run twice.
 */
function msToNextStep(now: number): number {
	const leftMs = STEP_MS - (now % STEP_MS);
	return leftMs < STEP_MS / 2 ? leftMs + STEP_MS : leftMs;
}
