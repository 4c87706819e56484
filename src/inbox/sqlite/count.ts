import type { Amount } from "../port/delivery.ts";
import type { Budget } from "../port/doubt.ts";
import type { Database } from "./driver.ts";
import { BUDGETS } from "./schema.ts";
import type { Counted } from "./tally.ts";

/**
 * Makes what counts afresh, over partial indexes only: some 100 ms with a million. The bytes of a route's backlog are added up
 * for its first 10,000; where it has more, the rest counts as their mean.
 */
export function createCount(db: Database): () => Counted {
	const sources = [
		source(db, "delivery_ready", 0),
		source(db, "delivery_leased", 1),
		source(db, "delivery_blocked", 4),
	];
	const dead = db.prepare(
		`select route, count(*) as count, sum(size) as bytes
		from delivery indexed by delivery_dead where state = 3 group by route`,
	);
	const quarantined = db.prepare(
		`select budget, count(*) as count, sum(size) as bytes
		from delivery indexed by delivery_parked where state in (3, 5) and state = 5 group by budget`,
	);

	const countUnfinished = () => {
		const sums = new Map<string, Amount>();
		for (const { counts, sample } of sources)
			for (const { route, count } of counts.all() as RouteCount[]) {
				const some = sample.get(route) as Amount;
				const sum = sums.get(route) ?? NONE;
				sums.set(route, {
					count: sum.count + count,
					bytes: sum.bytes + Math.round((some.bytes / some.count) * count),
				});
			}
		return sums;
	};

	return () => {
		const quarantine: Record<Budget, Amount> = { door: NONE, admitted: NONE };
		for (const { budget, ...amount } of quarantined.all() as Kept[])
			quarantine[BUDGETS[budget] ?? "admitted"] = amount;
		return {
			unfinished: countUnfinished(),
			dead: new Map(
				(dead.all() as Dead[]).map(({ route, ...amount }) => [route, amount]),
			),
			quarantine,
		};
	};
}

// --- helpers ---

const NONE: Amount = { count: 0, bytes: 0 };

/** Rows of a route that are read for their sizes. */
const SAMPLE = 10_000;

/** What counts the rows of a state by route, and adds up the first of one route. */
function source(db: Database, index: string, state: number) {
	const from = `from delivery indexed by ${index} where state = ${state}`;
	return {
		counts: db.prepare(
			`select route, count(*) as count ${from} group by route`,
		),
		sample: db.prepare(
			`select count(*) as count, sum(size) as bytes from (select size ${from} and route = ? limit ${SAMPLE})`,
		),
	};
}

interface RouteCount {
	readonly route: string;
	readonly count: number;
}

interface Dead extends Amount {
	readonly route: string;
}

interface Kept extends Amount {
	readonly budget: number;
}
