/**
 * Decides how many rows a second are drawn, so that a person can read them and the page stays quick. Rows that matter have an
 * allowance of their own, and then that of all.
 */
export class Allowance {
	readonly #now: () => number;
	readonly #all: Bucket;
	readonly #important: Bucket;

	constructor(now: () => number) {
		this.#now = now;
		this.#all = new Bucket(ROWS_AT_ONCE, ROWS_A_SECOND, now());
		this.#important = new Bucket(ROWS_AT_ONCE, ROWS_A_SECOND, now());
	}

	/** Returns false for a row that is not drawn. */
	admits(isImportant: boolean): boolean {
		const now = this.#now();
		return (isImportant && this.#important.take(now)) || this.#all.take(now);
	}
}

// --- helpers ---

/** More of them pass faster than anybody reads. */
const ROWS_A_SECOND = 100;
/** The burst of a router that was idle. */
const ROWS_AT_ONCE = 500;

/** A token bucket. */
class Bucket {
	readonly #max: number;
	readonly #perSecond: number;
	#left: number;
	#at: number;

	constructor(max: number, perSecond: number, now: number) {
		this.#max = max;
		this.#perSecond = perSecond;
		this.#left = max;
		this.#at = now;
	}

	take(now: number): boolean {
		const passedMs = Math.max(0, now - this.#at);
		this.#at = now;
		this.#left = Math.min(
			this.#max,
			this.#left + (passedMs * this.#perSecond) / 1000,
		);
		if (this.#left < 1) return false;
		this.#left -= 1;
		return true;
	}
}
