import type { Settlement, Verdict } from "../port/store.ts";
import type { Held } from "./held.ts";
import type { Outage } from "./outage.ts";
import type { Timing } from "./timing.ts";
import type { Delivered, WorkerStore } from "./work.ts";

/** What the settler needs. */
export interface SettlerOptions {
	readonly store: Pick<WorkerStore, "settle">;
	readonly timing: Timing;
	readonly outage: Outage;
	/** Settlements at most in one call. */
	readonly batch: number;
	/** Called for each delivery whose outcome is written. */
	onSettled(held: Held, outcome: Delivered): void;
	/** Called for each whose lease was lost: nothing of its outcome was written. */
	onLost(held: Held): void;
	/** Called after each call to the store, whatever came of it. */
	onAnswer(): void;
}

/**
 * Writes outcomes, one call at a time: all that ends while one is under way goes into the next. What
 * the store could not write is kept and tried again: the store itself knows whether a lease still counts.
 */
export class Settler {
	readonly #options: SettlerOptions;
	#queue: Held[] = [];
	#isSettling = false;
	#isStopped = false;
	#cancelRetry: (() => void) | undefined;
	/** Outcomes at most in the next call: one after a failure, so that it holds nothing else up. */
	#limit: number;

	/** Calls that succeeded. */
	#successes = 0;
	readonly #doubts = new WeakMap<Held, Doubt>();

	constructor(options: SettlerOptions) {
		this.#options = options;
		this.#limit = options.batch;
	}

	/** True when every outcome is written. */
	get isEmpty(): boolean {
		return this.#queue.length === 0 && !this.#isSettling;
	}

	/** True while outcomes pile up that cannot be written: no more are to be made. One that never can be is no pile. */
	get isStuck(): boolean {
		if (this.#queue.length <= UNWRITTEN_MAX) return false;
		return this.#options.outage.isFailing("settle");
	}

	/** Takes an outcome in; `flush` writes it. */
	add(held: Held, outcome: Delivered): void {
		held.stage = "done";
		held.outcome = outcome;
		this.#queue.push(held);
	}

	/** Writes what is there, unless a call is under way or a failure is waited out. */
	flush(): void {
		if (this.#isSettling || this.#isStopped) return;
		if (this.#cancelRetry !== undefined) return;
		const kept = this.#queue.filter(({ stage }) => stage === "done");
		const batch = kept.splice(0, this.#limit);
		this.#queue = kept;
		if (batch.length > 0) void this.#settle(batch);
		// What could not be written may be out of our hands meanwhile.
		else this.#options.outage.idle("settle");
	}

	/** Tries no more. */
	stop(): void {
		this.#isStopped = true;
		this.#cancelRetry?.();
		this.#queue = [];
	}

	async #settle(batch: readonly Held[]): Promise<void> {
		const { store, outage, onAnswer } = this.#options;
		this.#isSettling = true;
		for (const held of batch) held.stage = "settling";
		const settlements = batch.map(toSettlement);
		let written: readonly boolean[];
		try {
			written = await store.settle(settlements);
		} catch (failure) {
			this.#isSettling = false;
			this.#limit = 1;
			this.#keep(batch, failure);
			onAnswer();
			return;
		}
		this.#isSettling = false;
		this.#successes++;
		this.#limit = Math.min(this.#limit * 2, this.#options.batch);
		this.#report(batch, settlements, written);
		outage.worked("settle");
		onAnswer();
	}

	#report(
		batch: readonly Held[],
		settlements: readonly Settlement[],
		written: readonly boolean[],
	): void {
		batch.forEach((held, index) => {
			const outcome = held.outcome as Delivered;
			if (written[index] === true) this.#options.onSettled(held, outcome);
			// Leased anew while it was being written: it is still ours.
			else if (held.lease.attempt !== settlements[index]?.lease.attempt)
				this.add(held, outcome);
			else this.#options.onLost(held);
		});
	}

	#keep(batch: readonly Held[], failure: unknown): void {
		const { timing, outage, onAnswer } = this.#options;
		if (this.#isStopped) return;
		for (const held of batch) held.stage = "done";
		const [only] = batch;
		if (only !== undefined && batch.length === 1) {
			this.#doubt(only, failure);
			// Behind the others, as they may be fine.
			this.#queue.push(only);
		} else {
			this.#queue.unshift(...batch);
		}
		this.#cancelRetry = timing.setTimer(
			() => {
				this.#cancelRetry = undefined;
				this.flush();
				onAnswer();
			},
			outage.failed("settle", failure),
		);
	}

	/**
	 * Where an outcome fails alone, again and again, and others are written between, the fault is its own: some
	 * text, write or event in it that the store does not take. A plain one is written in its place.
	 */
	#doubt(held: Held, failure: unknown): void {
		const { proofs, at } = this.#doubts.get(held) ?? NO_DOUBT;
		if (at === this.#successes) return;
		this.#doubts.set(held, { proofs: proofs + 1, at: this.#successes });
		if (proofs + 1 >= PROOFS)
			held.outcome = toPlain(held.outcome as Delivered, failure);
	}
}

// --- helpers ---

/** Outcomes that may wait for a store which fails. */
const UNWRITTEN_MAX = 16;

/** Failures of an outcome alone. */
interface Doubt {
	/** Those before which others were written. */
	readonly proofs: number;
	/** Calls that had succeeded at the last one. */
	readonly at: number;
}

const NO_DOUBT: Doubt = { proofs: 0, at: -1 };

/** So many that a store which fails now and then is not mistaken. */
const PROOFS = 6;

/** The lease without its body: the store may have to send it to another thread. */
function toSettlement({
	lease: { id, attempt },
	outcome,
	startedAt,
	durationMs,
}: Held): Settlement {
	const { verdict, writes, events } = outcome as Delivered;
	return {
		lease: { id, attempt },
		verdict,
		startedAt,
		durationMs,
		writes,
		events,
	};
}

/** The same outcome without what other people's code put into it; a success that cannot be written whole is none. */
function toPlain({ verdict }: Delivered, failure: unknown): Delivered {
	const message = failure instanceof Error ? failure.message : "no Error";
	const why = message.replaceAll(/[^ -~]/g, "?").slice(0, 200);
	const reason = `INTERNAL: the outcome could not be written: ${why}`;
	let plain: Verdict = { as: "dead", reason };
	if (verdict.as === "returned") plain = verdict;
	if (verdict.as === "waiting") {
		const { as, afterMs } = verdict;
		plain = { as, afterMs, reason };
	}
	return { verdict: plain, writes: [], events: [] };
}
