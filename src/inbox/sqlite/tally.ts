import type { Amount } from "../port/delivery.ts";
import type { Budget } from "../port/doubt.ts";
import type { FillReport } from "./fill.ts";

/** What there is, as the tables say. */
export interface Counted {
	/** By route. */
	readonly unfinished: ReadonlyMap<string, Amount>;
	readonly dead: ReadonlyMap<string, Amount>;
	readonly quarantine: Readonly<Record<Budget, Amount>>;
}

/**
 * Numbers that are kept beside the file, because counting costs. They follow each change of a transaction; `undo` takes back what
 * a transaction changed that was rolled back.
 */
export class Tally {
	readonly #total = zero();
	readonly #used = zero();
	readonly #unfinished = new Map<string, Counter>();
	readonly #dead = new Map<string, Counter>();
	readonly #quarantine = { door: zero(), admitted: zero() };
	/** Routes of which the other side of the thread does not know the latest. */
	readonly #changed = new Set<string>();
	/** Of the transaction under way: counter, count, bytes, one after the other. */
	#log: (Counter | number)[] = [];

	/** Notes how much room is taken. */
	measure(usedBytes: number): void {
		this.#used.bytes = usedBytes;
	}

	/** A new row takes room; how much is measured now and then. */
	grow(bytes: number): void {
		this.#add(this.#used, 1, bytes);
	}

	/** Bytes of all dead ones, and the route that has most of them. */
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

	/** A delivery begins to be unfinished work (1), or ceases to be (-1). */
	countUnfinished(route: string, sign: 1 | -1, bytes: number): void {
		this.#changed.add(route);
		this.#add(this.#total, sign, bytes);
		this.#add(counterOf(this.#unfinished, route), sign, bytes);
	}

	countDead(route: string, sign: 1 | -1, bytes: number): void {
		this.#add(counterOf(this.#dead, route), sign, bytes);
	}

	countQuarantined(budget: Budget, sign: 1 | -1, bytes: number): void {
		this.#add(this.#quarantine[budget], sign, bytes);
	}

	/** What was counted since the last call stands. */
	commit(): void {
		if (this.#log.length > 0) this.#log = [];
	}

	/** Takes back what was counted since the last `commit`. */
	undo(): void {
		const log = this.#log;
		for (let at = 0; at < log.length; at += 3) {
			const counter = log[at] as Counter;
			counter.count -= log[at + 1] as number;
			counter.bytes -= log[at + 2] as number;
		}
		this.#log = [];
	}

	/** Starts anew from what was counted in the tables. */
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

	/** What the other side of the thread is told with each answer: all sums, and the routes that changed since. */
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

	#add(counter: Counter, count: number, bytes: number): void {
		const signed = count < 0 ? -bytes : bytes;
		counter.count += count;
		counter.bytes += signed;
		this.#log.push(counter, count, signed);
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
