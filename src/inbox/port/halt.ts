/** Signals that a handling should end early. Cheaper than an AbortSignal, because most handlers never read it. */
export interface Halting {
	readonly aborted: boolean;
	/** Undefined until it is aborted. */
	readonly reason: unknown;
	addEventListener(type: "abort", listener: () => void): void;
	removeEventListener(type: "abort", listener: () => void): void;
}

/** Ends a handling early, once. */
export class Halt implements Halting {
	#reason: unknown;
	#isAborted = false;
	#listeners: Set<() => void> | undefined;

	get aborted(): boolean {
		return this.#isAborted;
	}

	get reason(): unknown {
		return this.#reason;
	}

	/** Calls all listeners. A second call changes nothing. */
	abort(reason: Error): void {
		if (this.#isAborted) return;
		this.#isAborted = true;
		this.#reason = reason;
		const listeners = this.#listeners ?? [];
		this.#listeners = undefined;
		for (const listener of listeners) listener();
	}

	addEventListener(_type: "abort", listener: () => void): void {
		if (this.#isAborted) return;
		this.#listeners ??= new Set();
		this.#listeners.add(listener);
	}

	removeEventListener(_type: "abort", listener: () => void): void {
		this.#listeners?.delete(listener);
	}
}
