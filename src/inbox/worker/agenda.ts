import type { Tools } from "./tools.ts";
import type { WorkerStore } from "./work.ts";

/**
 * Remembers when each route has work that is not due yet, and wakes the route then, with one timer for all of them. It does not
 * poll: it asks the store only after a change that this worker cannot know by itself.
 */
export class Agenda {
	readonly #tools: Tools;
	readonly #dueAt = new Map<string, number>();
	#timerAt = Number.POSITIVE_INFINITY;
	#cancelTimer: (() => void) | undefined;
	#cancelAsk: (() => void) | undefined;
	#isStale = false;
	#isAsking = false;
	#isStopped = false;
	#askableAt = 0;

	constructor(tools: Tools) {
		this.#tools = tools;
	}

	/** Notes that a route has work in so many milliseconds; an earlier time stays. */
	note(route: string, inMs: number): void {
		if (this.#isStopped) return;
		const at = this.#tools.timing.nowMs() + inMs;
		if (at >= (this.#dueAt.get(route) ?? Number.POSITIVE_INFINITY)) return;
		this.#dueAt.set(route, at);
		this.#arm(at);
	}

	/** Asks the store what is due and when: now, or as soon as it may be asked again. */
	refresh(): void {
		this.#isStale = true;
		this.#askWhenAllowed();
	}

	/** Ends all timers. */
	stop(): void {
		this.#isStopped = true;
		this.#cancelTimer?.();
		this.#cancelAsk?.();
	}

	#arm(at: number): void {
		if (at >= this.#timerAt) return;
		this.#cancelTimer?.();
		this.#timerAt = at;
		const { timing } = this.#tools;
		this.#cancelTimer = timing.setTimer(
			() => this.#fire(),
			Math.max(0, at - timing.nowMs()),
		);
	}

	#fire(): void {
		this.#timerAt = Number.POSITIVE_INFINITY;
		const nowMs = this.#tools.timing.nowMs();
		const due: string[] = [];
		let next = Number.POSITIVE_INFINITY;
		for (const [route, at] of this.#dueAt) {
			if (at > nowMs) next = Math.min(next, at);
			else {
				due.push(route);
				this.#dueAt.delete(route);
			}
		}
		if (next < Number.POSITIVE_INFINITY) this.#arm(next);
		if (due.length > 0) this.#tools.wake(due);
	}

	#askWhenAllowed(): void {
		if (!this.#isStale || this.#isAsking || this.#isStopped) return;
		if (this.#cancelAsk !== undefined) return;
		const { timing } = this.#tools;
		const waitMs = this.#askableAt - timing.nowMs();
		if (waitMs <= 0) {
			void this.#ask();
			return;
		}
		this.#cancelAsk = timing.setTimer(() => {
			this.#cancelAsk = undefined;
			this.#askWhenAllowed();
		}, waitMs);
	}

	async #ask(): Promise<void> {
		const { store, timing, outage, wake } = this.#tools;
		this.#isStale = false;
		this.#isAsking = true;
		const askedMs = timing.nowMs();
		let due: Awaited<ReturnType<WorkerStore["due"]>> = [];
		let restMs: number;
		try {
			due = await store.due();
			outage.worked("due");
			// With ten thousand routes `due` is expensive: it may take a twentieth of the time.
			restMs = Math.max(REST_MIN_MS, 20 * (timing.nowMs() - askedMs));
		} catch (error) {
			restMs = outage.failed("due", error);
			this.#isStale = true;
		}
		this.#isAsking = false;
		this.#askableAt = timing.nowMs() + restMs;
		if (this.#isStopped) return;
		for (const { route, inMs } of due) if (inMs > 0) this.note(route, inMs);
		const now = due.filter(({ inMs }) => inMs <= 0);
		if (now.length > 0) wake(now.map(({ route }) => route));
		this.#askWhenAllowed();
	}
}

// --- helpers ---

/** Between two calls of `due`, so that many small leases do not each cause one. */
const REST_MIN_MS = 250;
