import type { Timing } from "../../src/inbox/worker/timing.ts";

/** Time that stands still until a test moves it. */
export class HandTiming implements Timing {
	#nowMs = 0;
	readonly #timers = new Set<{
		readonly atMs: number;
		readonly run: () => void;
	}>();

	wallMs(): number {
		return EPOCH + this.#nowMs;
	}

	nowMs(): number {
		return this.#nowMs;
	}

	setTimer(run: () => void, afterMs: number): () => void {
		const timer = { atMs: this.#nowMs + afterMs, run };
		this.#timers.add(timer);
		return () => this.#timers.delete(timer);
	}

	/** Timers that are set. */
	get timers(): number {
		return this.#timers.size;
	}

	/** Moves time on, timer by timer, and lets what they start come to rest. */
	async advance(ms: number): Promise<void> {
		const endMs = this.#nowMs + ms;
		await rest();
		for (;;) {
			const [next] = [...this.#timers]
				.filter(({ atMs }) => atMs <= endMs)
				.sort((left, right) => left.atMs - right.atMs);
			if (next === undefined) break;
			this.#timers.delete(next);
			this.#nowMs = Math.max(this.#nowMs, next.atMs);
			next.run();
			await rest();
		}
		this.#nowMs = endMs;
	}
}

/** Lets all that is under way come to rest: some turns of the event loop, no time. */
export async function rest(turns = 30): Promise<void> {
	for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
}

// --- helpers ---

const EPOCH = Date.UTC(2026, 0, 15, 12);
