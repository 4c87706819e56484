import type { Metrics } from "./metrics/metrics.ts";
import type { RouteMeters, WebhookOutcome } from "./metrics/route-meters.ts";
import type { CircuitReading } from "./metrics/sources.ts";
import {
	NO_WORK,
	Recent,
	type RecentWork,
	sumWork,
	type WorkResult,
} from "./recent.ts";

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
	readonly recent: RecentWork;
	/** The circuits to its upstreams. */
	readonly circuits: readonly RouteCircuit[];
}

/** A circuit of a route. */
export type RouteCircuit = Omit<CircuitReading, "route">;

/** The numbers of the routes that are served. The counts are those of `/metrics`; only the latest work is noted here. */
export interface Tallies {
	/** Notes that a webhook of a route was answered. */
	webhook(route: RouteMeters, outcome: WebhookOutcome): void;
	/** Notes an attempt. */
	attempt(route: string, outcome: string): void;
	/** Returns the tallies by name of the routes that had a webhook or an attempt, or have a circuit. */
	read(): ReadonlyMap<string, RouteTally>;
}

/**
 * Creates the tallies of a router.
 *
 * @param now returns milliseconds since the epoch. Default Date.now
 */
export function createTallies(
	metrics: Pick<Metrics, "served" | "named" | "sources">,
	now: () => number = Date.now,
): Tallies {
	// The entries end with the counters of their route.
	const recent = new WeakMap<RouteMeters, Recent>();
	const recentOf = (route: RouteMeters): Recent => {
		let known = recent.get(route);
		if (known === undefined) {
			known = new Recent();
			recent.set(route, known);
		}
		return known;
	};
	return {
		webhook(route, outcome) {
			const time = now();
			const known = recentOf(route);
			known.webhook(time);
			const result = RESULTS[outcome];
			if (result !== undefined) known.work(result, time);
		},
		attempt(name, outcome) {
			const result = RESULTS[outcome];
			const route = metrics.named(name);
			if (result !== undefined && route !== undefined)
				recentOf(route).work(result, now());
		},
		read() {
			const time = now();
			const circuits = circuitsByRoute(metrics.sources.circuits?.() ?? []);
			const tallies = new Map<string, RouteTally>();
			for (const meters of metrics.served) {
				const { name } = meters.route;
				const webhooks = counted(meters.webhooks);
				const attempts = counted(meters.attempts);
				const own = circuits.get(name) ?? [];
				if (webhooks.length + attempts.length + own.length === 0) continue;
				const known = recent.get(meters);
				const work = known?.read(time) ?? NO_WORK;
				tallies.set(name, {
					webhooks: Object.fromEntries(webhooks),
					attempts: Object.fromEntries(attempts),
					lastMinute: work.spans.reduce((sum, count) => sum + count, 0),
					lastAt: known?.lastAt,
					recent: work,
					circuits: own,
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

/** Returns the tally of a process that has ended: nothing of it is from the last minute. */
export function withoutRecent(tally: RouteTally): RouteTally {
	return { ...tally, lastMinute: 0, recent: NO_WORK, circuits: [] };
}

// --- helpers ---

/** The results of a handler among the outcomes. The other outcomes tell nothing about it. */
const RESULTS: Readonly<Record<string, WorkResult>> = {
	handled: "succeeded",
	reported: "succeeded",
	delivered: "succeeded",
	failed: "failed",
	fallback: "failed",
	waiting: "failed",
	dead: "failed",
};

function plus(a: RouteTally, b: RouteTally): RouteTally {
	const times = [a.lastAt, b.lastAt].filter((time) => time !== undefined);
	return {
		webhooks: plusCounts(a.webhooks, b.webhooks),
		attempts: plusCounts(a.attempts, b.attempts),
		lastMinute: a.lastMinute + b.lastMinute,
		lastAt: times.length === 0 ? undefined : Math.max(...times),
		recent: sumWork(a.recent, b.recent),
		circuits: joinCircuits([...a.circuits, ...b.circuits]),
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

function circuitsByRoute(
	readings: readonly CircuitReading[],
): ReadonlyMap<string, readonly RouteCircuit[]> {
	const found = new Map<string, RouteCircuit[]>();
	for (const { route, ...circuit } of readings) {
		const known = found.get(route);
		if (known === undefined) found.set(route, [circuit]);
		else known.push(circuit);
	}
	return new Map(
		[...found].map(([route, circuits]) => [route, joinCircuits(circuits)]),
	);
}

/** Returns one circuit for each upstream: open if any of them is. */
function joinCircuits(
	circuits: readonly RouteCircuit[],
): readonly RouteCircuit[] {
	const byUpstream = new Map<string, boolean>();
	for (const { upstream, isOpen } of circuits)
		byUpstream.set(upstream, isOpen || byUpstream.get(upstream) === true);
	return [...byUpstream].map(([upstream, isOpen]) => ({ upstream, isOpen }));
}

function counted(counts: Readonly<Record<string, number>>): [string, number][] {
	return Object.entries(counts).filter(([, count]) => count > 0);
}
