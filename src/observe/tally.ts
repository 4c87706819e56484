/** The numbers of a route since the start. */
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

/** Counts webhooks and attempts by route. */
export interface Tallies {
	webhook(route: string, outcome: string): void;
	attempt(route: string, outcome: string): void;
	read(): ReadonlyMap<string, RouteTally>;
	/** Forgets routes that are no longer served. */
	forget(routes: readonly string[]): void;
}

/**
 * Creates tallies without counts.
 *
 * @param now returns milliseconds since the epoch. Default Date.now
 */
export function createTallies(now: () => number = Date.now): Tallies {
	const counts = new Map<string, Counts>();
	const of = (route: string): Counts => {
		let known = counts.get(route);
		if (known === undefined) {
			known = {
				webhooks: new Map(),
				attempts: new Map(),
				slots: new Array<number>(SLOTS).fill(0),
				slot: 0,
				lastAt: undefined,
			};
			counts.set(route, known);
		}
		return known;
	};
	return {
		webhook(route, outcome) {
			const known = of(route);
			const time = now();
			turn(known, time);
			const at = known.slot % SLOTS;
			known.slots[at] = (known.slots[at] ?? 0) + 1;
			known.lastAt = time;
			add(known.webhooks, outcome);
		},
		attempt: (route, outcome) => add(of(route).attempts, outcome),
		read() {
			const time = now();
			return new Map(
				[...counts].map(([route, known]) => {
					turn(known, time);
					return [
						route,
						{
							webhooks: Object.fromEntries(known.webhooks),
							attempts: Object.fromEntries(known.attempts),
							lastMinute: known.slots.reduce((sum, count) => sum + count, 0),
							lastAt: known.lastAt,
						},
					];
				}),
			);
		},
		forget(routes) {
			for (const route of routes) counts.delete(route);
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

interface Counts {
	readonly webhooks: Map<string, number>;
	readonly attempts: Map<string, number>;
	/** The webhooks of each span of 5 seconds of the last minute. */
	readonly slots: number[];
	/** The number of the current span since the epoch. */
	slot: number;
	lastAt: number | undefined;
}

const SLOT_MS = 5000;
const SLOTS = 12;

/** Empties the spans that have passed since the last webhook. */
function turn(counts: Counts, time: number): void {
	const slot = Math.floor(time / SLOT_MS);
	const passed = Math.min(slot - counts.slot, SLOTS);
	for (let one = 0; one < passed; one++) counts.slots[(slot - one) % SLOTS] = 0;
	// A clock that was set back continues in the current span.
	if (passed > 0) counts.slot = slot;
}

function add(counts: Map<string, number>, key: string): void {
	counts.set(key, (counts.get(key) ?? 0) + 1);
}
