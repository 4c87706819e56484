import {
	COARSEST,
	HISTORY_TIERS,
	type HistoryTier,
} from "../../inbox/port/history.ts";

/** The points of a chart: steps of one length, of which the first begins at `from`, and the last ends at `to`. */
export interface SeriesPlan {
	/** The resolution that is read. */
	readonly tier: HistoryTier;
	readonly stepMs: number;
	/** Milliseconds since the epoch; multiples of the step. */
	readonly from: number;
	readonly to: number;
}

/** The time that a chart is asked for. */
export interface SeriesAsk {
	readonly from: number;
	readonly to: number;
	/** The shortest step. Default: the shortest that the history has. */
	readonly stepMs?: number | undefined;
}

/** The points of a chart at most. */
export const POINTS_MAX = 500;

/** The longest time of a chart. Older rows are not kept. */
export const SPAN_MAX_MS = COARSEST.keptMs;

/** Chooses the step of a chart: as short as the history was kept for its time, and as its number of points allows. */
export function planSeries(ask: SeriesAsk, now: number): SeriesPlan {
	const from = Math.max(ask.from, now - SPAN_MAX_MS);
	const to = Math.max(ask.to, from + 1);
	// The rows of a step are removed by its begin, and some time after the end of their retention.
	const kept = HISTORY_TIERS.filter(({ keptMs }) => from >= now - keptMs);
	const finest = kept[0] ?? COARSEST;
	const shortest = Math.max(
		finest.stepMs,
		ask.stepMs ?? 0,
		// One less, because both ends are rounded.
		(to - from) / (POINTS_MAX - 1),
	);
	const stepMs =
		STEPS_MS.find((step) => step >= shortest && step % finest.stepMs === 0) ??
		DAY_MS;
	// Reads as few rows as the step needs.
	const tier = kept.findLast((one) => stepMs % one.stepMs === 0) ?? finest;
	return {
		tier,
		stepMs,
		from: Math.floor(from / stepMs) * stepMs,
		to: Math.ceil(to / stepMs) * stepMs,
	};
}

// --- helpers ---

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Steps that people can read on an axis. */
const STEPS_MS: readonly number[] = [
	...[10, 20, 30].map((count) => count * SECOND_MS),
	...[1, 2, 4, 8, 12, 20, 30].map((count) => count * MINUTE_MS),
	...[1, 2, 3, 6, 12, 24].map((count) => count * HOUR_MS),
];
