import {
	type Cells,
	HISTORY_TIERS,
	type HistoryRow,
	mergeCells,
} from "../../inbox/port/history.ts";
import { ATTEMPT_OUTCOMES, WEBHOOK_OUTCOMES } from "../metrics/route-meters.ts";
import type { SeriesPlan } from "./plan.ts";
import { QUANTILES, type Quantiles, quantilesOf } from "./quantiles.ts";
import {
	ALL_ROUTES,
	DEPTH_STATES,
	type DepthState,
	LATENCIES,
	type Latency,
	SLOTS,
	valueIn,
} from "./slots.ts";

/** One number for each point. Null where none is known. */
export type Points = readonly (number | null)[];

/** The numbers of a route, or of all, as lists of the same length. */
export interface Series {
	/** The begin of each step, in milliseconds since the epoch. */
	readonly times: readonly number[];
	/** The seconds of each step that are counted: fewer than its length in the step that runs. */
	readonly seconds: readonly number[];
	/** Answered webhooks, by the outcomes that occurred. */
	readonly webhooks: Readonly<Record<string, Points>>;
	/** Attempts, by the outcomes that occurred. */
	readonly attempts: Readonly<Record<string, Points>>;
	/** Runs of handlers, in a request or as an attempt. */
	readonly runs: Points;
	/** The runs that failed. */
	readonly failures: Points;
	readonly latency: Readonly<
		Record<Latency, Readonly<Record<keyof Quantiles, Points>>>
	>;
	readonly depth: Readonly<Record<DepthState | "unfinished", Points>>;
	readonly oldestMs: Points;
}

/** Builds the series of a route from its rows and those of all routes, which tell when a router ran. */
export function toSeries(
	{ stepMs, from, to }: SeriesPlan,
	rows: readonly HistoryRow[],
	{ route, now }: { readonly route: string; readonly now: number },
): Series {
	const count = Math.round((to - from) / stepMs);
	const all = new Array<Cells>(count).fill([]);
	const own = route === ALL_ROUTES ? all : new Array<Cells>(count).fill([]);
	for (const { route: of, at, cells } of rows) {
		const point = Math.floor((at - from) / stepMs);
		const target = of === route ? own : all;
		target[point] = mergeCells(target[point] ?? [], cells);
	}
	const ran = all.map((cells) => valueIn(cells, SLOTS.batches) > 0);
	const sampled = all.map((cells) => valueIn(cells, SLOTS.samples) > 0);
	const points = (read: (cells: Cells) => number): Points =>
		own.map((cells, at) => (ran[at] === true ? read(cells) : null));
	const peaks = (slot: number): Points =>
		carried(
			own.map((cells, at) =>
				sampled[at] === true ? valueIn(cells, slot) : null,
			),
			ran,
			Math.floor(SAMPLE_MS / stepMs),
		);
	const times = own.map((_, at) => from + at * stepMs);
	return {
		times,
		seconds: times.map((time) => countedSeconds(time, stepMs, now)),
		webhooks: occurring(WEBHOOK_OUTCOMES, (outcome) =>
			points((cells) => valueIn(cells, SLOTS.webhooks[outcome])),
		),
		attempts: occurring(ATTEMPT_OUTCOMES, (outcome) =>
			points((cells) => valueIn(cells, SLOTS.attempts[outcome])),
		),
		runs: points(runsOf),
		failures: points(failuresOf),
		latency: toLatencies(own),
		depth: {
			unfinished: points((cells) => valueIn(cells, SLOTS.unfinished)),
			...byName(DEPTH_STATES, (state) => peaks(SLOTS.depth[state])),
		},
		oldestMs: peaks(SLOTS.oldestMs),
	};
}

/** Returns the runs of handlers: every answer of a handler and every attempt with a result. */
export function runsOf(cells: Cells): number {
	const { handled, fallback, failed } = SLOTS.webhooks;
	const { delivered, waiting, dead } = SLOTS.attempts;
	return [handled, fallback, failed, delivered, waiting, dead].reduce(
		(sum, slot) => sum + valueIn(cells, slot),
		0,
	);
}

/** Returns the runs that failed. */
export function failuresOf(cells: Cells): number {
	const { fallback, failed } = SLOTS.webhooks;
	const { waiting, dead } = SLOTS.attempts;
	return [fallback, failed, waiting, dead].reduce(
		(sum, slot) => sum + valueIn(cells, slot),
		0,
	);
}

/** Creates an object with a value for each name. */
export function byName<Name extends string, Value>(
	names: readonly Name[],
	create: (name: Name) => Value,
): Readonly<Record<Name, Value>> {
	return Object.fromEntries(
		names.map((name) => [name, create(name)]),
	) as Record<Name, Value>;
}

// --- helpers ---

/** The inbox is counted once a minute. Until the next count the last one holds. */
const SAMPLE_MS = 90_000;

const FINEST_MS = HISTORY_TIERS[0]?.stepMs ?? 1;

function countedSeconds(time: number, stepMs: number, now: number): number {
	const passed = Math.floor((now - time) / FINEST_MS) * FINEST_MS;
	return Math.min(Math.max(passed, 0), stepMs) / 1000;
}

function occurring<Name extends string>(
	names: readonly Name[],
	read: (name: Name) => Points,
): Readonly<Record<string, Points>> {
	return Object.fromEntries(
		names
			.map((name) => [name, read(name)] as const)
			.filter(([, points]) => points.some((count) => (count ?? 0) > 0)),
	);
}

function toLatencies(own: readonly Cells[]): Series["latency"] {
	return byName(Object.keys(LATENCIES) as readonly Latency[], (latency) => {
		const all = own.map((cells) => quantilesOf(cells, LATENCIES[latency]));
		return byName(QUANTILES, (name) => all.map((one) => one?.[name] ?? null));
	});
}

/** Repeats the last known number for some points, while a router runs. */
function carried(points: Points, ran: readonly boolean[], max: number): Points {
	let last: number | null = null;
	let age = 0;
	return points.map((value, at) => {
		age += 1;
		if (value !== null) {
			last = value;
			age = 0;
		}
		return age <= max && ran[at] === true ? last : value;
	});
}
