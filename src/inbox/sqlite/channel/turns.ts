import type { Timing } from "../../worker/timing.ts";
import type { Asked } from "./together.ts";

/** The options of turns. */
export interface TurnsOptions {
	/** Runs the requests of one turn. */
	run(asked: readonly Asked[]): void;
	readonly timing: Pick<Timing, "nowMs" | "setTimer">;
}

/**
 * Collects the requests of all guests into turns, and each turn is one transaction. A turn has all requests of one round of the
 * event loop: while one turn was written, the guests have sent their next requests.
 *
 * Under load a turn also waits a moment for the puts of guests that have just put. Otherwise the guests take turns, one is
 * written while the other one prepares its next batch, and twice as many transactions and syncs have half as many deliveries each.
 */
export class Turns {
	readonly #options: TurnsOptions;
	#asked: Asked[] = [];
	#isNear = false;
	#cancelWait: (() => void) | undefined;
	/** The guests with a put in this turn. */
	readonly #putting = new Set<number>();
	/** When a turn last had a put of a guest. */
	readonly #lastPuts = new Map<number, number>();
	/** The deliveries that are put in this turn. */
	#size = 0;
	/** Those of the last turn that had any. */
	#lastSize = 0;

	constructor(options: TurnsOptions) {
		this.#options = options;
	}

	/** @param deliveries how many the request puts */
	add(asked: Asked, deliveries: number): void {
		this.#asked.push(asked);
		if (deliveries > 0) {
			this.#putting.add(asked.guest);
			this.#size += deliveries;
		}
		if (this.#isNear) return;
		this.#isNear = true;
		setImmediate(() => {
			this.#isNear = false;
			if (this.#isWorthWaiting()) this.#wait();
			else this.flush();
		});
	}

	/** Runs what was collected at once. */
	flush(): void {
		this.#cancelWait?.();
		this.#cancelWait = undefined;
		const asked = this.#asked;
		if (asked.length === 0) return;
		this.#asked = [];
		if (this.#size > 0) this.#lastSize = this.#size;
		this.#size = 0;
		this.#options.run(asked);
		this.#notePuts();
	}

	/** Forgets what was collected. */
	close(): void {
		this.#cancelWait?.();
		this.#asked = [];
	}

	/** Returns true if a guest that has just put is still to put in this turn. */
	#isWorthWaiting(): boolean {
		if (this.#lastSize < LOAD_DELIVERIES) return false;
		const from = this.#options.timing.nowMs() - BUSY_MS;
		for (const [guest, at] of this.#lastPuts)
			if (at < from) this.#lastPuts.delete(guest);
			else if (!this.#putting.has(guest)) return true;
		return false;
	}

	#wait(): void {
		this.#cancelWait ??= this.#options.timing.setTimer(
			() => this.flush(),
			WAIT_MS,
		);
	}

	/** The time counts from the end of the turn, because a guest puts again when it has its answer. */
	#notePuts(): void {
		if (this.#putting.size === 0) return;
		const now = this.#options.timing.nowMs();
		for (const guest of this.#putting) this.#lastPuts.set(guest, now);
		this.#putting.clear();
	}
}

// --- helpers ---

/** Deliveries in a turn from which on guests wait for each other. With fewer, a turn is small because little comes. */
const LOAD_DELIVERIES = 8;

const WAIT_MS = 1;

/** Milliseconds without a put after which nobody waits for a guest. */
const BUSY_MS = 20;
