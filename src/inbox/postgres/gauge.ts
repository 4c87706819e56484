import type { Amount } from "../delivery.ts";
import type { Fill } from "../store.ts";

/** Unfinished work that was added or taken away, by route. */
export class WorkDelta {
	readonly routes = new Map<string, Amount>();

	add(route: string, count: number, bytes: number): void {
		const sum = this.routes.get(route) ?? NONE;
		this.routes.set(route, {
			count: sum.count + count,
			bytes: sum.bytes + bytes,
		});
	}
}

/** What a count found. */
export interface Counted {
	/** Unfinished deliveries by route. */
	readonly unfinished: ReadonlyMap<string, Amount>;
	/** What is in quarantine although it was admitted. */
	readonly admitted: Amount;
}

/**
 * How full the inbox is: counted now and then, and moved by what this router does meanwhile. What others do is seen at the next count.
 */
export class Gauge {
	readonly #count: () => Promise<Counted>;
	readonly #everyMs: number;
	#unfinished = new Map<string, Amount>();
	#total = 0;
	#admitted = NONE;
	#timer: NodeJS.Timeout | undefined;
	#isClosed = false;

	/** @param everyMs milliseconds between two counts at least; more where counting takes long */
	constructor(count: () => Promise<Counted>, everyMs: number) {
		this.#count = count;
		this.#everyMs = everyMs;
	}

	/** Unfinished deliveries of all routes. */
	get total(): number {
		return Math.max(0, this.#total);
	}

	of(route: string): Fill {
		return {
			own: this.#unfinished.get(route) ?? NONE,
			admitted: this.#admitted,
		};
	}

	add({ routes }: WorkDelta): void {
		for (const [route, { count, bytes }] of routes) {
			const own = this.#unfinished.get(route) ?? NONE;
			this.#total += count;
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
	 * Begins to count regularly, from first values; at once where they are not exact.
	 *
	 * @param total at least what `counted` adds up to
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

	async #refresh(): Promise<void> {
		const from = performance.now();
		const before = new Map(this.#unfinished);
		const admittedBefore = this.#admitted;
		try {
			this.#take(await this.#count(), before, admittedBefore);
		} catch {
			// The database is away; the last values stand.
		}
		this.#later(performance.now() - from);
	}

	/** What was done while it was counted may be in the count or not: half of it is nearest. */
	#take(
		{ unfinished, admitted }: Counted,
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
	}
}

// --- helpers ---

const NONE: Amount = { count: 0, bytes: 0 };

/** A count takes at most this part of the time, as 1 in so many. */
const SPARING = 50;
