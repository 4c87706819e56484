/** The calls to the store that can fail without a sender noticing. */
export type Operation =
	| "lease"
	| "extend"
	| "settle"
	| "due"
	| "prune"
	| "stats";

/** Hears when an outage begins and ends. */
export interface OutageListener {
	/** The store began to fail. Called once for each outage. */
	onOutage?(operation: Operation, error: unknown): void;
	/** Every operation that had failed works again. */
	onRecovered?(): void;
}

/** Counts failures of the store: says how long to wait after each, and reports all of one outage once. */
export class Outage {
	readonly #listener: OutageListener;
	readonly #failures = new Map<Operation, number>();
	readonly #idle = new Set<Operation>();

	constructor(listener: OutageListener) {
		this.#listener = listener;
	}

	/** True while an operation has failed and not worked since. */
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

	/** Notes that an operation has nothing left to do: any other success then shows that the store is back. */
	idle(operation: Operation): void {
		if (this.#failures.has(operation)) this.#idle.add(operation);
	}
}

// --- helpers ---

const FIRST_WAIT_MS = 100;
const WAIT_MAX_MS = 5000;
