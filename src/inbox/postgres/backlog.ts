/**
 * How much unfinished work there is: counted now and then, and moved by what this router does meanwhile.
 * What others do is seen at the next count.
 */
export class Backlog {
	readonly #count: () => Promise<number>;
	readonly #everyMs: number;
	#value = 0;
	#timer: NodeJS.Timeout | undefined;
	#isClosed = false;

	/** @param everyMs milliseconds between two counts at least; more where counting takes long */
	constructor(count: () => Promise<number>, everyMs: number) {
		this.#count = count;
		this.#everyMs = everyMs;
	}

	get value(): number {
		return Math.max(0, this.#value);
	}

	add(delta: number): void {
		this.#value += delta;
	}

	/** Begins to count regularly, from a first value; at once where that is not exact. */
	start(value: number, isExact: boolean): void {
		this.#value = value;
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
		const before = this.#value;
		try {
			const counted = await this.#count();
			// What was done while it was counted may be in the count or not: half of it is nearest.
			this.#value = counted + Math.round((this.#value - before) / 2);
		} catch {
			// The database is away; the last value stands.
		}
		this.#later(performance.now() - from);
	}
}

// --- helpers ---

/** A count takes at most this part of the time, as 1 in so many. */
const SPARING = 50;
