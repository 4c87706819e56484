import type { Cells } from "../../inbox/port/history.ts";
import { LATENCY_SECONDS } from "../metrics/definitions.ts";

/** Quantiles of a latency, in milliseconds. */
export interface Quantiles {
	readonly p50: number;
	readonly p90: number;
	readonly p99: number;
}

/** The names of the quantiles, in ascending order. */
export const QUANTILES = ["p50", "p90", "p99"] as const;

/**
 * Estimates the quantiles of a latency from its buckets, linearly within a bucket, as Prometheus does. What is slower than the
 * last bound counts as that bound.
 *
 * @param first the first slot of the latency
 * @returns undefined if nothing was measured
 */
export function quantilesOf(
	cells: Cells,
	first: number,
): Quantiles | undefined {
	const counts = new Array<number>(LATENCY_SECONDS.length + 1).fill(0);
	let total = 0;
	for (let at = 0; at < cells.length; at += 2) {
		const bucket = (cells[at] as number) - first;
		if (bucket < 0 || bucket >= counts.length) continue;
		const count = cells[at + 1] as number;
		counts[bucket] = count;
		total += count;
	}
	if (total === 0) return undefined;
	return {
		p50: quantile(counts, total * 0.5),
		p90: quantile(counts, total * 0.9),
		p99: quantile(counts, total * 0.99),
	};
}

// --- helpers ---

function quantile(counts: readonly number[], rank: number): number {
	let below = 0;
	for (const [at, count] of counts.entries()) {
		if (count === 0 || below + count < rank) {
			below += count;
			continue;
		}
		const from = LATENCY_SECONDS[at - 1] ?? 0;
		const to = LATENCY_SECONDS[at] ?? from;
		return toMs(from + ((to - from) * (rank - below)) / count);
	}
	return toMs(LATENCY_SECONDS.at(-1) ?? 0);
}

/** Three digits are more than the buckets know. */
function toMs(seconds: number): number {
	return Number((seconds * 1000).toPrecision(3));
}
