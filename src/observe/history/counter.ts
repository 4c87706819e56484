import type { InboxStats } from "../../inbox/port/delivery.ts";
import {
	type Cells,
	type HistoryBatch,
	mergeCells,
} from "../../inbox/port/history.ts";
import { LATENCY_SECONDS } from "../metrics/definitions.ts";
import type { Distribution } from "../metrics/distribution.ts";
import type { Metrics } from "../metrics/metrics.ts";
import {
	ATTEMPT_OUTCOMES,
	type RouteMeters,
	WEBHOOK_OUTCOMES,
} from "../metrics/route-meters.ts";
import { ALL_ROUTES, DEPTH_STATES, SLOTS } from "./slots.ts";

/** The rows of a batch. */
export type HistoryRows = HistoryBatch["rows"];

/** The numbers that the inbox knows without counting its rows. */
export interface InboxDepth {
	backlog(): number;
	/** Returns the unfinished deliveries of a route. */
	of(route: string): number;
}

/**
 * Reads the counters of a process from time to time, and returns what was added since. A request costs nothing for it, and a
 * route without activity costs one comparison.
 */
export class HistoryCounter {
	readonly #metrics: Metrics;
	readonly #depth: InboxDepth | undefined;
	/** The counters that were active, as they were read last. */
	readonly #known = new Map<RouteMeters, Counts>();
	#puts = EMPTY;
	#stats: InboxStats | undefined;
	#sampledAt = 0;

	/** @param depth undefined for a process that does not report the inbox */
	constructor(metrics: Metrics, depth: InboxDepth | undefined) {
		this.#metrics = metrics;
		this.#depth = depth;
	}

	/** Adds a count of the whole inbox to the next rows. */
	sample(stats: InboxStats, now: number): void {
		this.#stats = stats;
		this.#sampledAt = now;
	}

	/** Returns the rows of all that was counted since the last call. The first one is of all routes. */
	take(): HistoryRows {
		const rows = new Map<string, Cells>();
		const add = (route: string, cells: Cells): void => {
			if (cells.length === 0) return;
			rows.set(route, mergeCells(rows.get(route) ?? [], cells));
		};
		add(ALL_ROUTES, [SLOTS.batches, 1]);
		const { served, unrouted } = this.#metrics;
		const active = new Set([unrouted, ...served]);
		// Requests of the previous configuration may have ended since.
		for (const meters of new Set([...active, ...this.#known.keys()])) {
			const cells = this.#countOf(meters);
			add(ALL_ROUTES, cells);
			if (meters !== unrouted) add(meters.route.name, cells);
			if (!active.has(meters)) this.#known.delete(meters);
		}
		const puts = readLatency(this.#metrics.puts);
		add(ALL_ROUTES, toCells(puts, this.#puts, PUT_SLOTS));
		this.#puts = puts;
		this.#addDepth(add, served);
		return [...rows].map(([route, cells]) => ({ route, cells }));
	}

	#countOf(meters: RouteMeters): Cells {
		const seen = activityOf(meters);
		const before = this.#known.get(meters);
		if (seen === (before?.seen ?? 0)) return [];
		const values = readRoute(meters);
		this.#known.set(meters, { seen, values });
		return toCells(values, before?.values ?? EMPTY, ROUTE_SLOTS);
	}

	#addDepth(add: AddCells, served: readonly RouteMeters[]): void {
		if (this.#depth === undefined) return;
		const backlog = this.#depth.backlog();
		if (backlog > 0) {
			add(ALL_ROUTES, [SLOTS.unfinished, backlog]);
			for (const { route } of served)
				add(route.name, cell(SLOTS.unfinished, this.#depth.of(route.name)));
		}
		const stats = this.#stats;
		this.#stats = undefined;
		if (stats === undefined) return;
		add(ALL_ROUTES, [SLOTS.samples, 1]);
		for (const state of DEPTH_STATES)
			add(ALL_ROUTES, cell(SLOTS.depth[state], stats.byState[state]));
		for (const { route, state, count } of stats.byRoute)
			if (state !== "delivered") add(route, cell(SLOTS.depth[state], count));
		for (const { route, at } of stats.oldestByRoute) {
			const age = cell(SLOTS.oldestMs, Math.round(this.#sampledAt - at));
			add(ALL_ROUTES, age);
			add(route, age);
		}
	}
}

// --- helpers ---

type AddCells = (route: string, cells: Cells) => void;

interface Counts {
	/** Differs after each activity. */
	readonly seen: number;
	readonly values: readonly number[];
}

const EMPTY: readonly number[] = [];

function cell(slot: number, value: number): Cells {
	return value > 0 ? [slot, value] : [];
}

/** Every webhook has an answer, and every attempt an outcome. */
function activityOf({ answers, handlers, attempts }: RouteMeters): number {
	let sum = answers.count + handlers.count;
	for (const outcome of ATTEMPT_OUTCOMES) sum += attempts[outcome];
	return sum;
}

/** Reads the numbers of a route, in the order of `ROUTE_SLOTS`. */
function readRoute(meters: RouteMeters): readonly number[] {
	const { webhooks, attempts, answers, handlers } = meters;
	const values: number[] = [];
	for (const outcome of WEBHOOK_OUTCOMES) values.push(webhooks[outcome]);
	for (const outcome of ATTEMPT_OUTCOMES) values.push(attempts[outcome]);
	answers.appendTo(values);
	handlers.appendTo(values);
	return values;
}

function readLatency(latency: Distribution): readonly number[] {
	const values: number[] = [];
	latency.appendTo(values);
	return values;
}

/** The buckets of a latency, with the one beyond the last bound. */
const BUCKETS = LATENCY_SECONDS.length + 1;

/** Slots in ascending order, as `readRoute` reads their numbers. */
const ROUTE_SLOTS: readonly number[] = [
	...WEBHOOK_OUTCOMES.map((outcome) => SLOTS.webhooks[outcome]),
	...ATTEMPT_OUTCOMES.map((outcome) => SLOTS.attempts[outcome]),
	...slotsFrom(SLOTS.answers),
	...slotsFrom(SLOTS.handlers),
];
const PUT_SLOTS: readonly number[] = slotsFrom(SLOTS.puts);

function slotsFrom(first: number): number[] {
	return Array.from({ length: BUCKETS }, (_, at) => first + at);
}

/** Returns what was added since the numbers of before. */
function toCells(
	values: readonly number[],
	before: readonly number[],
	slots: readonly number[],
): Cells {
	const cells: number[] = [];
	for (let at = 0; at < values.length; at++) {
		const added = (values[at] as number) - (before[at] ?? 0);
		if (added > 0) cells.push(slots[at] as number, added);
	}
	return cells;
}
