import type { Timing } from "../../inbox/worker/timing.ts";

/** A clock that only moves on request: the time of a world, for its inbox, its worker and its plugins. */
export class TestClock implements Timing {
	#now: number;
	readonly #timers = new Set<Timer>();

	/** @param now milliseconds since the epoch */
	constructor(now: number) {
		this.#now = now;
	}

	wallMs(): number {
		return this.#now;
	}

	nowMs(): number {
		return this.#now;
	}

	setTimer(run: () => void, afterMs: number): () => void {
		return this.setTimerUntil(run, afterMs, () => false);
	}

	/** Sets a timer that never runs once `isOver` is true. */
	setTimerUntil(
		run: () => void,
		afterMs: number,
		isOver: () => boolean,
	): () => void {
		const timer = { at: this.#now + Math.max(0, afterMs), run, isOver };
		this.#timers.add(timer);
		return () => this.#timers.delete(timer);
	}

	/** Moves the clock, timer by timer. Awaits `rest` between them, until the work of each timer has ended. */
	async advance(ms: number, rest: () => Promise<void>): Promise<void> {
		const end = this.#now + ms;
		await rest();
		for (;;) {
			const next = this.#next(end);
			if (next === undefined) break;
			this.#now = Math.max(this.#now, next.at);
			next.run();
			await rest();
		}
		this.#now = end;
		await rest();
	}

	/** Runs the timers that are due now, without moving the clock. */
	runDue(): void {
		for (;;) {
			const next = this.#next(this.#now);
			if (next === undefined) return;
			next.run();
		}
	}

	/** Returns when the next timer is due. Undefined if there is none. */
	nextAt(): number | undefined {
		return this.#first(Number.POSITIVE_INFINITY)?.at;
	}

	/** Takes the first timer that is due by then. */
	#next(end: number): Timer | undefined {
		const first = this.#first(end);
		if (first !== undefined) this.#timers.delete(first);
		return first;
	}

	#first(end: number): Timer | undefined {
		let first: Timer | undefined;
		for (const timer of this.#timers) {
			if (timer.isOver()) this.#timers.delete(timer);
			else if (
				timer.at <= end &&
				timer.at < (first?.at ?? Number.POSITIVE_INFINITY)
			)
				first = timer;
		}
		return first;
	}
}

// --- helpers ---

interface Timer {
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly run: () => void;
	readonly isOver: () => boolean;
}
