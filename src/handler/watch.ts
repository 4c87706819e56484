/** Something with a deadline. */
export interface Watched {
	/** The deadline by `performance.now`. */
	readonly dueMs: number;
	/** Called at the deadline, and then every 20 ms until it is removed. MUST NOT throw. */
	look(nowMs: number): void;
}

/**
 * Watches all running exchanges with one timer. A timer for each exchange, with a listener on its signal, costs more than the
 * exchange itself. Deadlines are as precise as a timer, and an abort is noticed within 20 ms.
 */
export class Watch {
	readonly #watched = new Set<Watched>();
	#timer: NodeJS.Timeout | undefined;
	#nextMs = 0;

	/** @param nowMs `performance.now` */
	add(watched: Watched, nowMs: number): void {
		this.#watched.add(watched);
		if (this.#timer === undefined || watched.dueMs < this.#nextMs) {
			clearTimeout(this.#timer);
			this.#wind(Math.min(watched.dueMs, nowMs + TICK_MS), nowMs);
		} else if (this.#watched.size === 1) this.#timer.ref();
	}

	delete(watched: Watched): void {
		// The timer does not keep the process alive.
		if (this.#watched.delete(watched) && this.#watched.size === 0)
			this.#timer?.unref();
	}

	#wind(nextMs: number, nowMs: number): void {
		this.#nextMs = nextMs;
		this.#timer = setTimeout(this.#look, Math.ceil(nextMs - nowMs));
	}

	readonly #look = (): void => {
		this.#timer = undefined;
		const nowMs = performance.now();
		for (const watched of this.#watched) watched.look(nowMs);
		if (this.#watched.size === 0 || this.#timer !== undefined) return;
		let nextMs = nowMs + TICK_MS;
		for (const { dueMs } of this.#watched) nextMs = Math.min(nextMs, dueMs);
		this.#wind(nextMs, nowMs);
	};
}

// --- helpers ---

const TICK_MS = 20;
