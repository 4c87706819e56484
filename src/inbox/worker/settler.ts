import type { Settlement, Verdict } from "../port/queue.ts";
import type { Leased } from "./leased.ts";
import type { Tools } from "./tools.ts";
import type { Result } from "./work.ts";

/** Hears what became of each result. */
export interface SettlerListener {
	/** The result is written. */
	onSettled(leased: Leased, result: Result): void;
	/** The lease was lost: nothing of the result is written. */
	onLost(leased: Leased): void;
}

/**
 * Writes results, one call to the store at a time: all handlers that end during a call share the next one. A result that the store
 * could not write is tried again, because only the store knows whether its lease still counts.
 */
export class Settler {
	readonly #tools: Tools;
	readonly #listener: SettlerListener;
	#queue: Leased[] = [];
	/** When the oldest result that waits was added, by `Timing.nowMs`. */
	#sinceMs = 0;
	#isSettling = false;
	#isStopped = false;
	#cancelRetry: (() => void) | undefined;
	/** Results at most in the next call: one after a failure, so that a bad one delays no others. */
	#limit: number;

	/** Calls that succeeded. */
	#successes = 0;
	readonly #suspicions = new WeakMap<Leased, Suspicion>();

	constructor(tools: Tools, listener: SettlerListener) {
		this.#tools = tools;
		this.#listener = listener;
		this.#limit = tools.batch;
	}

	/** True when every result is written. */
	get isEmpty(): boolean {
		return this.#queue.length === 0 && !this.#isSettling;
	}

	/** True when more than 16 results wait and settling fails: stop taking work. A single result that can never be written does not count. */
	get isStuck(): boolean {
		if (this.#queue.length <= UNWRITTEN_MAX) return false;
		return this.#tools.outage.isFailing("settle");
	}

	/** Adds a result; `flush` writes it. */
	add(leased: Leased, result: Result): void {
		leased.stage = "done";
		leased.result = result;
		if (this.#queue.length === 0) this.#sinceMs = this.#tools.timing.nowMs();
		this.#queue.push(leased);
	}

	/**
	 * Writes the results that wait, unless a call is under way or a failure delays the next one.
	 *
	 * @param areMoreNear true if the next turn, which MUST follow soon, may have more results for the same call. Default false.
	 */
	flush(areMoreNear = false): void {
		if (this.#isSettling || this.#isStopped) return;
		if (this.#cancelRetry !== undefined) return;
		if (areMoreNear && this.#mayWait()) return;
		const left = this.#queue.filter(({ stage }) => stage === "done");
		const batch = left.splice(0, this.#limit);
		this.#queue = left;
		if (batch.length > 0) void this.#settle(batch);
		// A result that could not be written may have lost its lease meanwhile.
		else this.#tools.outage.idle("settle");
	}

	/** True while the results are few and new. */
	#mayWait(): boolean {
		if (this.#queue.length >= this.#limit) return false;
		return this.#tools.timing.nowMs() - this.#sinceMs < GATHER_MS;
	}

	/** Writes no more. */
	stop(): void {
		this.#isStopped = true;
		this.#cancelRetry?.();
		this.#queue = [];
	}

	async #settle(batch: readonly Leased[]): Promise<void> {
		const { store, outage, turnSoon } = this.#tools;
		this.#isSettling = true;
		for (const leased of batch) leased.stage = "settling";
		const settlements = batch.map((leased) => this.#toSettlement(leased));
		let written: readonly boolean[];
		try {
			written = await store.settle(settlements);
		} catch (failure) {
			this.#isSettling = false;
			this.#limit = 1;
			this.#requeue(batch, failure);
			turnSoon();
			return;
		}
		this.#isSettling = false;
		this.#successes++;
		this.#limit = Math.min(this.#limit * 2, this.#tools.batch);
		this.#report(batch, settlements, written);
		outage.worked("settle");
		turnSoon();
	}

	/** Leaves out the body of the lease: the store may have to send it to another thread. */
	#toSettlement({ lease, result, startedAt, durationMs }: Leased): Settlement {
		const { id, attempt, route } = lease;
		const { verdict, writes, events } = result as Result;
		const settlement = {
			lease: { id, attempt },
			verdict,
			startedAt,
			durationMs,
			writes,
			events,
		};
		if (verdict.as !== "dead") return settlement;
		const work = this.#tools.routes().get(route);
		return { ...settlement, alerts: work?.alertsOf?.(lease, verdict.reason) };
	}

	#report(
		batch: readonly Leased[],
		settlements: readonly Settlement[],
		written: readonly boolean[],
	): void {
		batch.forEach((leased, index) => {
			const result = leased.result as Result;
			if (written[index] === true) this.#listener.onSettled(leased, result);
			// Leased again while the result was being written: it is still ours.
			else if (leased.lease.attempt !== settlements[index]?.lease.attempt)
				this.add(leased, result);
			else this.#listener.onLost(leased);
		});
	}

	#requeue(batch: readonly Leased[], failure: unknown): void {
		const { timing, outage, turnSoon } = this.#tools;
		if (this.#isStopped) return;
		for (const leased of batch) leased.stage = "done";
		const [only] = batch;
		if (only !== undefined && batch.length === 1) {
			this.#suspect(only, failure);
			// Behind the others, which may be fine.
			this.#queue.push(only);
		} else {
			this.#queue.unshift(...batch);
		}
		this.#cancelRetry = timing.setTimer(
			() => {
				this.#cancelRetry = undefined;
				this.flush();
				turnSoon();
			},
			outage.failed("settle", failure),
		);
	}

	/**
	 * Replaces a result by a plain one where it fails alone, again and again, while others are written in between: then the fault is
	 * in the result itself, in a text, write or event that the store does not take.
	 */
	#suspect(leased: Leased, failure: unknown): void {
		const { failures, at } = this.#suspicions.get(leased) ?? UNSUSPECTED;
		if (at === this.#successes) return;
		this.#suspicions.set(leased, {
			failures: failures + 1,
			at: this.#successes,
		});
		if (failures + 1 >= FAILURES_MAX)
			leased.result = toPlain(leased.result as Result, failure);
	}
}

// --- helpers ---

/** Milliseconds that results wait for more of them at most. */
const GATHER_MS = 5;

/** Results that may wait while the store fails. */
const UNWRITTEN_MAX = 16;

/** Counts the failures of one result, written alone. */
interface Suspicion {
	/** Failures since each of which another call has succeeded. */
	readonly failures: number;
	/** Calls that had succeeded at the last failure. */
	readonly at: number;
}

const UNSUSPECTED: Suspicion = { failures: 0, at: -1 };

/** High enough that a store which fails now and then spoils no good result. */
const FAILURES_MAX = 6;

/** Leaves out everything that a handler put into the result. A success that cannot be written whole is a failure. */
function toPlain({ verdict }: Result, failure: unknown): Result {
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
