/** The delays of a backoff. */
export interface BackoffOptions {
	/** The first delay after a short life, milliseconds, default 250. Each further one is twice as long. */
	readonly firstMs?: number;
	/** The longest delay, milliseconds, default 30,000. */
	readonly maxMs?: number;
	/** A process that served this long, milliseconds, is replaced at once. Default 1000. */
	readonly goodMs?: number;
}

/** Decides how long to wait before a process is replaced. */
export class Backoff {
	readonly #firstMs: number;
	readonly #maxMs: number;
	readonly #goodMs: number;
	#failures = 0;

	constructor({
		firstMs = 250,
		maxMs = 30_000,
		goodMs = 1000,
	}: BackoffOptions = {}) {
		this.#firstMs = firstMs;
		this.#maxMs = maxMs;
		this.#goodMs = goodMs;
	}

	/**
	 * Returns the delay in milliseconds.
	 *
	 * @param servedMs how long the process served. 0 if it never did
	 */
	delayAfter(servedMs: number): number {
		if (servedMs >= this.#goodMs) {
			this.#failures = 0;
			return 0;
		}
		this.#failures += 1;
		return Math.min(this.#maxMs, this.#firstMs * 2 ** (this.#failures - 1));
	}
}
