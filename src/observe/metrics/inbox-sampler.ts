import type { InboxStats } from "../../inbox/port/delivery.ts";
import { within } from "../../within.ts";

/** The last count of an inbox. */
export interface InboxSample {
	/** Undefined if it was never counted, and if the last count failed. */
	readonly stats: InboxStats | undefined;
	readonly isFailed: boolean;
}

/** The options of a sampler, in milliseconds. */
export interface SamplerOptions {
	/** A younger count is used again. Default 5,000. */
	readonly minAgeMs?: number;
	/** The longest time that a caller waits for a count. Afterwards it gets the last one. Default 2,000. */
	readonly waitMs?: number;
	/** Returns milliseconds of a monotonic clock. Default: the process's clock. */
	readonly now?: () => number;
}

/**
 * Creates the function that counts an inbox for `/metrics`. Counting a full inbox takes long, so it may use at most a twentieth
 * of the time, whatever the interval of the scrapes. Callers at the same time share one count.
 */
export function createInboxSampler(
	count: () => Promise<InboxStats>,
	{
		minAgeMs = 5000,
		waitMs = 2000,
		now = () => performance.now(),
	}: SamplerOptions = {},
): () => Promise<InboxSample> {
	let last: InboxSample = { stats: undefined, isFailed: false };
	let nextAt = Number.NEGATIVE_INFINITY;
	let running: Promise<void> | undefined;
	const sample = async (): Promise<void> => {
		const from = now();
		try {
			last = { stats: await count(), isFailed: false };
		} catch {
			// The log has the reason, because the worker and the pipeline meet the same fault.
			last = { stats: undefined, isFailed: true };
		}
		const to = now();
		nextAt = to + Math.max(minAgeMs, (to - from) * SPARING);
		running = undefined;
	};
	return async () => {
		if (now() >= nextAt) running ??= sample();
		// Late or not: the last count that is complete.
		if (running !== undefined) await within(running, waitMs);
		return last;
	};
}

// --- helpers ---

const SPARING = 20;
