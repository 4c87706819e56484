/** What is asked of the store while it works on deliveries. */
export type Operation =
	| "lease"
	| "extend"
	| "settle"
	| "due"
	| "prune"
	| "stats";

/** Who hears of an outage. */
export interface OutageListener {
	/** The store failed, and did not before. Called once an outage. */
	onOutage?(operation: Operation, error: unknown): void;
	/** All that had failed works again. */
	onRecovered?(): void;
}

/** Failures of the store: how long to wait after each, and one word to the log for all of them. */
export class Outage {
	readonly #listener: OutageListener;
	readonly #failures = new Map<Operation, number>();
	readonly #idle = new Set<Operation>();

	constructor(listener: OutageListener) {
		this.#listener = listener;
	}

	/** True while something has failed and not worked since. */
	get isOn(): boolean {
		return this.#failures.size > 0;
	}

	/** True while this operation fails. */
	isFailing(operation: Operation): boolean {
		return this.#failures.has(operation);
	}

	/** Notes a failure. Returns the milliseconds to wait: from 100 up to 5,000, doubling. */
	failed(operation: Operation, error: unknown): number {
		const count = (this.#failures.get(operation) ?? 0) + 1;
		const isNew = !this.isOn;
		this.#failures.set(operation, count);
		this.#idle.delete(operation);
		if (isNew) this.#listener.onOutage?.(operation, error);
		return Math.min(FIRST_WAIT_MS * 2 ** (count - 1), WAIT_MAX_MS);
	}

	/** Notes a success. */
	worked(operation: Operation): void {
		if (!this.isOn) return;
		this.#failures.delete(operation);
		for (const idle of this.#idle) this.#failures.delete(idle);
		this.#idle.clear();
		if (!this.isOn) this.#listener.onRecovered?.();
	}

	/** There is nothing left to do for an operation: any other that works shows that the store is back. */
	idle(operation: Operation): void {
		if (this.#failures.has(operation)) this.#idle.add(operation);
	}
}

// --- helpers ---

const FIRST_WAIT_MS = 100;
const WAIT_MAX_MS = 5000;
