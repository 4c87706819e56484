import type { Amount } from "../port/delivery.ts";
import type { Fill } from "../port/queue.ts";
import { ROW_BYTES } from "../port/room.ts";

/** Sums up unfinished work that was added or removed, by route. */
export class WorkDelta {
	readonly routes = new Map<string, Amount>();

	add(route: string, count: number, bytes: number): void {
		const sum = this.routes.get(route) ?? NONE;
		this.routes.set(route, {
			count: sum.count + count,
			bytes: sum.bytes + bytes,
		});
	}

	addAll({ routes }: WorkDelta): void {
		for (const [route, { count, bytes }] of routes)
			this.add(route, count, bytes);
	}
}

/** The result of a count. */
export interface Counted {
	/** Unfinished deliveries by route. */
	readonly unfinished: ReadonlyMap<string, Amount>;
	/** Quarantined deliveries of the `admitted` budget. */
	readonly admitted: Amount;
	/** Bytes of dead ones by route, and in total. Undefined if they were not measured. */
	readonly sizes:
		| { readonly dead: ReadonlyMap<string, number>; readonly used: number }
		| undefined;
}

export interface GaugeOptions {
	readonly count: () => Promise<Counted>;
	/** The minimum interval between two counts in milliseconds. Longer if counting is slow. */
	readonly everyMs: number;
	/** True if the counts include the used bytes. */
	readonly isSized: boolean;
}

/**
 * Tracks the fill level of the inbox. It counts from time to time, and adds this router's changes in between. Changes of other
 * routers appear at the next count.
 */
export class Gauge {
	readonly #count: () => Promise<Counted>;
	readonly #everyMs: number;
	readonly #isSized: boolean;
	#unfinished = new Map<string, Amount>();
	#total = 0;
	#admitted = NONE;
	#dead = new Map<string, number>();
	#used = 0;
	#timer: NodeJS.Timeout | undefined;
	#isClosed = false;

	constructor({ count, everyMs, isSized }: GaugeOptions) {
		this.#count = count;
		this.#isSized = isSized;
		this.#everyMs = everyMs;
	}

	/** Unfinished deliveries of all routes. */
	get total(): number {
		return Math.max(0, this.#total);
	}

	get usedBytes(): number {
		return this.#used;
	}

	/** The bytes of all dead ones, and the route with the most. */
	mostDead(): { readonly bytes: number; readonly route: string | undefined } {
		let sum = 0;
		let most = 0;
		let found: string | undefined;
		for (const [route, bytes] of this.#dead) {
			sum += bytes;
			if (bytes <= most) continue;
			most = bytes;
			found = route;
		}
		return { bytes: sum, route: found };
	}

	addDead(route: string, bytes: number): void {
		this.#dead.set(route, (this.#dead.get(route) ?? 0) + bytes);
		this.addUsed(bytes);
	}

	addUsed(bytes: number): void {
		if (this.#isSized) this.#used = Math.max(0, this.#used + bytes);
	}

	of(route: string): Fill {
		return {
			own: this.#unfinished.get(route) ?? NONE,
			admitted: this.#admitted,
			usedBytes: this.#used,
		};
	}

	add({ routes }: WorkDelta): void {
		for (const [route, { count, bytes }] of routes) {
			const own = this.#unfinished.get(route) ?? NONE;
			this.#total += count;
			// A finished delivery still uses its room.
			if (count > 0) this.addUsed(bytes + count * ROW_BYTES);
			this.#unfinished.set(route, {
				count: Math.max(0, own.count + count),
				bytes: Math.max(0, own.bytes + bytes),
			});
		}
	}

	addAdmitted({ count, bytes }: Amount): void {
		this.#admitted = {
			count: this.#admitted.count + count,
			bytes: this.#admitted.bytes + bytes,
		};
	}

	/**
	 * Starts to count regularly, from initial values. Counts at once if they are not exact.
	 *
	 * @param total at least the sum of `counted`
	 */
	start(counted: Counted, total: number, isExact: boolean): void {
		this.#unfinished = new Map(counted.unfinished);
		this.#total = total;
		this.#admitted = counted.admitted;
		if (isExact) this.#later(0);
		else void this.#refresh();
	}

	stop(): void {
		this.#isClosed = true;
		clearTimeout(this.#timer);
	}

	#later(tookMs: number): void {
		if (this.#isClosed) return;
		this.#timer = setTimeout(
			() => void this.#refresh(),
			Math.max(this.#everyMs, tookMs * SPARING),
		).unref();
	}

	/** Counts now. Rejects with INBOX_UNAVAILABLE. */
	async measure(): Promise<void> {
		const before = new Map(this.#unfinished);
		const admittedBefore = this.#admitted;
		this.#take(await this.#count(), before, admittedBefore);
	}

	async #refresh(): Promise<void> {
		const from = performance.now();
		try {
			await this.measure();
		} catch {
			// The database is unavailable, so the last values stay.
		}
		this.#later(performance.now() - from);
	}

	/** Applies a count. Work during the count may or may not be included, so half of it is added. */
	#take(
		{ unfinished, admitted, sizes }: Counted,
		before: ReadonlyMap<string, Amount>,
		admittedBefore: Amount,
	): void {
		const between = (counted = NONE, now = NONE, then = NONE): Amount => ({
			count: counted.count + Math.round((now.count - then.count) / 2),
			bytes: counted.bytes + Math.round((now.bytes - then.bytes) / 2),
		});
		const taken = new Map<string, Amount>();
		let total = 0;
		for (const route of new Set([
			...unfinished.keys(),
			...this.#unfinished.keys(),
		])) {
			const amount = between(
				unfinished.get(route),
				this.#unfinished.get(route),
				before.get(route),
			);
			if (amount.count <= 0) continue;
			taken.set(route, amount);
			total += amount.count;
		}
		this.#unfinished = taken;
		this.#total = total;
		this.#admitted = between(admitted, this.#admitted, admittedBefore);
		if (sizes === undefined) return;
		this.#dead = new Map(sizes.dead);
		this.#used = sizes.used;
	}
}

// --- helpers ---

const NONE: Amount = { count: 0, bytes: 0 };

/** A count may use at most 1 in 50 of the time. */
const SPARING = 50;
