import type { Metrics } from "./metrics/metrics.ts";
import type { RouteMeters } from "./metrics/route-meters.ts";

/** The numbers of a route since the start, or since it got another kind, level or mode. */
export interface RouteTally {
	/** Webhooks by outcome, in the log's words. */
	readonly webhooks: Readonly<Record<string, number>>;
	/** Attempts by outcome. */
	readonly attempts: Readonly<Record<string, number>>;
	/** Webhooks in the last 60 seconds. */
	readonly lastMinute: number;
	/** The time of the latest webhook, in milliseconds since the epoch. Undefined if there was none. */
	readonly lastAt: number | undefined;
}

/** The numbers of the routes that are served. The counts are those of `/metrics`; only the latest webhooks are noted here. */
export interface Tallies {
	/** Notes that a webhook of a route was answered. */
	webhook(route: RouteMeters): void;
	/** Returns the tallies by name of the routes that had a webhook or an attempt. */
	read(): ReadonlyMap<string, RouteTally>;
}

/**
 * Creates the tallies of a router.
 *
 * @param now returns milliseconds since the epoch. Default Date.now
 */
export function createTallies(
	metrics: Pick<Metrics, "served">,
	now: () => number = Date.now,
): Tallies {
	// The entries end with the counters of their route.
	const recent = new WeakMap<RouteMeters, Recent>();
	return {
		webhook(route) {
			const time = now();
			let known = recent.get(route);
			if (known === undefined) {
				known = { slots: new Array<number>(SLOTS).fill(0), slot: 0, lastAt: 0 };
				recent.set(route, known);
			}
			turn(known, time);
			const at = known.slot % SLOTS;
			known.slots[at] = (known.slots[at] ?? 0) + 1;
			known.lastAt = time;
		},
		read() {
			const time = now();
			const tallies = new Map<string, RouteTally>();
			for (const meters of metrics.served) {
				const webhooks = counted(meters.webhooks);
				const attempts = counted(meters.attempts);
				if (webhooks.length + attempts.length === 0) continue;
				const known = recent.get(meters);
				if (known !== undefined) turn(known, time);
				tallies.set(meters.route.name, {
					webhooks: Object.fromEntries(webhooks),
					attempts: Object.fromEntries(attempts),
					lastMinute: known?.slots.reduce((sum, count) => sum + count, 0) ?? 0,
					lastAt: known?.lastAt,
				});
			}
			return tallies;
		},
	};
}

/** Adds up the tallies of several processes. */
export function sumTallies(
	all: Iterable<ReadonlyMap<string, RouteTally>>,
): ReadonlyMap<string, RouteTally> {
	const sums = new Map<string, RouteTally>();
	for (const tallies of all) {
		for (const [route, tally] of tallies) {
			const sum = sums.get(route);
			sums.set(route, sum === undefined ? tally : plus(sum, tally));
		}
	}
	return sums;
}

// --- helpers ---

function plus(a: RouteTally, b: RouteTally): RouteTally {
	const times = [a.lastAt, b.lastAt].filter((time) => time !== undefined);
	return {
		webhooks: plusCounts(a.webhooks, b.webhooks),
		attempts: plusCounts(a.attempts, b.attempts),
		lastMinute: a.lastMinute + b.lastMinute,
		lastAt: times.length === 0 ? undefined : Math.max(...times),
	};
}

function plusCounts(
	a: RouteTally["webhooks"],
	b: RouteTally["webhooks"],
): RouteTally["webhooks"] {
	const sum = new Map(Object.entries(a));
	for (const [key, count] of Object.entries(b))
		sum.set(key, (sum.get(key) ?? 0) + count);
	return Object.fromEntries(sum);
}

/** The latest webhooks of a route. */
interface Recent {
	/** The webhooks of each span of 5 seconds of the last minute. */
	readonly slots: number[];
	/** The number of the current span since the epoch. */
	slot: number;
	lastAt: number;
}

const SLOT_MS = 5000;
const SLOTS = 12;

/** Empties the spans that have passed since the last webhook. */
function turn(recent: Recent, time: number): void {
	const slot = Math.floor(time / SLOT_MS);
	const passed = Math.min(slot - recent.slot, SLOTS);
	for (let one = 0; one < passed; one++) recent.slots[(slot - one) % SLOTS] = 0;
	// A clock that was set back continues in the current span.
	if (passed > 0) recent.slot = slot;
}

function counted(counts: Readonly<Record<string, number>>): [string, number][] {
	return Object.entries(counts).filter(([, count]) => count > 0);
}
