import type { Amount } from "../port/delivery.ts";
import type { Budget } from "../port/doubt.ts";
import type { Fill } from "../port/queue.ts";
import { BUDGETS } from "../sql/states.ts";
import type { Database } from "./driver.ts";

/** The amounts that the tables hold. */
export interface Counted {
	/** By route. */
	readonly unfinished: ReadonlyMap<string, Amount>;
	readonly dead: ReadonlyMap<string, Amount>;
	readonly quarantine: Readonly<Record<Budget, Amount>>;
}

/**
 * Counts the deliveries in memory, because counting rows is slow. The counters follow each change of a transaction. `undo`
 * reverts the changes of one that was rolled back.
 */
export class Tally {
	readonly #total = zero();
	readonly #used = zero();
	readonly #unfinished = new Map<string, Counter>();
	readonly #dead = new Map<string, Counter>();
	readonly #quarantine = { door: zero(), admitted: zero() };
	/** Routes that changed since the last report. */
	readonly #changed = new Set<string>();
	/** Changes of the current transaction, flat: counter, count, bytes, and so on. */
	#log: (Counter | number)[] = [];

	/** Sets the used room. */
	measure(usedBytes: number): void {
		this.#used.bytes = usedBytes;
	}

	/** Adds the size of a new row. `measure` corrects it from time to time. */
	grow(bytes: number): void {
		this.#add(this.#used, 1, bytes);
	}

	/** The bytes of all dead ones, and the route with the most. */
	mostDead(): { readonly bytes: number; readonly route: string | undefined } {
		let sum = 0;
		let most = 0;
		let found: string | undefined;
		for (const [route, { bytes }] of this.#dead) {
			sum += bytes;
			if (bytes <= most) continue;
			most = bytes;
			found = route;
		}
		return { bytes: sum, route: found };
	}

	/** Unfinished deliveries of all routes. */
	get unfinished(): Amount {
		return this.#total;
	}

	get quarantine(): Readonly<Record<Budget, Amount>> {
		return this.#quarantine;
	}

	/** Counts a delivery that becomes unfinished work (1) or stops being it (-1). */
	countUnfinished(route: string, sign: 1 | -1, bytes: number): void {
		this.#changed.add(route);
		this.#add(this.#total, sign, bytes);
		this.#add(counterOf(this.#unfinished, route), sign, bytes);
	}

	/** Returns the unfinished deliveries of a route. */
	unfinishedOf(route: string): number {
		return this.#unfinished.get(route)?.count ?? 0;
	}

	/** Counts the bytes by which an unfinished delivery grew. */
	enlarge(route: string, bytes: number): void {
		this.#changed.add(route);
		this.#add(this.#used, 0, bytes);
		this.#add(this.#total, 0, bytes);
		this.#add(counterOf(this.#unfinished, route), 0, bytes);
	}

	countDead(route: string, sign: 1 | -1, bytes: number): void {
		this.#add(counterOf(this.#dead, route), sign, bytes);
	}

	countQuarantined(budget: Budget, sign: 1 | -1, bytes: number): void {
		this.#add(this.#quarantine[budget], sign, bytes);
	}

	/** Makes the changes since the last call final. */
	commit(): void {
		if (this.#log.length > 0) this.#log = [];
	}

	/** Reverts the counts since the last `commit`. */
	undo(): void {
		const log = this.#log;
		for (let at = 0; at < log.length; at += 3) {
			const counter = log[at] as Counter;
			counter.count -= log[at + 1] as number;
			counter.bytes -= log[at + 2] as number;
		}
		this.#log = [];
	}

	/** Resets the counters to the counts of the tables. */
	reset({ unfinished, dead, quarantine }: Counted): void {
		this.#log = [];
		for (const route of [...this.#unfinished.keys(), ...unfinished.keys()])
			this.#changed.add(route);
		this.#unfinished.clear();
		this.#dead.clear();
		Object.assign(this.#total, zero());
		for (const [route, amount] of unfinished) {
			this.#unfinished.set(route, { ...amount });
			this.#total.count += amount.count;
			this.#total.bytes += amount.bytes;
		}
		for (const [route, amount] of dead) this.#dead.set(route, { ...amount });
		Object.assign(this.#quarantine.door, quarantine.door);
		Object.assign(this.#quarantine.admitted, quarantine.admitted);
	}

	/** Returns the numbers for the main thread, sent with each answer: all sums, and the routes that changed since the last report. */
	report(): FillReport {
		const { admitted } = this.#quarantine;
		const report: (number | string)[] = [
			this.#total.count,
			admitted.count,
			admitted.bytes,
			this.#used.bytes,
		];
		if (this.#changed.size === 0) return report;
		for (const route of this.#changed) {
			const { count, bytes } = counterOf(this.#unfinished, route);
			report.push(route, count, bytes);
		}
		this.#changed.clear();
		return report;
	}

	/** Returns the numbers of all routes. Does not change what the next report contains. */
	reportAll(): FillReport {
		const { admitted } = this.#quarantine;
		const report: (number | string)[] = [
			this.#total.count,
			admitted.count,
			admitted.bytes,
			this.#used.bytes,
		];
		for (const [route, { count, bytes }] of this.#unfinished)
			report.push(route, count, bytes);
		return report;
	}

	#add(counter: Counter, count: number, bytes: number): void {
		const signed = count < 0 ? -bytes : bytes;
		counter.count += count;
		counter.bytes += signed;
		this.#log.push(counter, count, signed);
	}
}

/**
 * Creates the function that counts again, over partial indexes only: about 100 ms for a million. The bytes of a route's backlog
 * are summed for its first 10,000 deliveries. The rest counts with their mean.
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

/**
 * The fill level of the inbox, as it is sent with each answer: unfinished deliveries, the `admitted` quarantine (count, bytes),
 * the used room, then three values for each changed route (name, count, bytes). A flat list, because structured clone costs
 * time for each object.
 */
export type FillReport = readonly (number | string)[];

/** The main thread's copy of the numbers, as of the last answer. */
export class FillView {
	readonly #routes = new Map<string, Amount>();
	#unfinished = 0;
	#admitted: Amount = NONE;
	#usedBytes = 0;

	get unfinished(): number {
		return this.#unfinished;
	}

	/** Contains nothing until the first report. */
	clear(): void {
		this.#routes.clear();
		this.#unfinished = 0;
		this.#admitted = NONE;
		this.#usedBytes = 0;
	}

	take(report: FillReport): void {
		this.#unfinished = report[0] as number;
		this.#admitted = {
			count: report[1] as number,
			bytes: report[2] as number,
		};
		this.#usedBytes = report[3] as number;
		for (let at = SUMS; at < report.length; at += 3)
			this.#routes.set(report[at] as string, {
				count: report[at + 1] as number,
				bytes: report[at + 2] as number,
			});
	}

	of(route: string): Fill {
		return {
			own: this.#routes.get(route) ?? NONE,
			admitted: this.#admitted,
			usedBytes: this.#usedBytes,
		};
	}
}

// --- helpers ---

/** An amount that changes. */
interface Counter {
	count: number;
	bytes: number;
}

function zero(): Counter {
	return { count: 0, bytes: 0 };
}

function counterOf(counters: Map<string, Counter>, route: string): Counter {
	let counter = counters.get(route);
	if (counter === undefined) {
		counter = zero();
		counters.set(route, counter);
	}
	return counter;
}

const NONE: Amount = { count: 0, bytes: 0 };

/** Rows of a route that are read for their sizes. */
const SAMPLE = 10_000;

/** Prepares counting the rows of a state by route, and adding up the first of one route. */
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

/** Values before the routes. */
const SUMS = 4;
