/**
 * Counts the requests and deliveries that run in a configuration. A reload releases the previous configuration when the last one
 * ends: kept for its longest timeout, each would hold a megabyte or more, and reloads in quick succession would add up.
 */
export class Occupancy {
	#count = 0;
	#onEmpty: (() => void)[] = [];

	/** Notes that a request or a delivery begins. It MUST be followed by `leave`. */
	enter(): void {
		this.#count++;
	}

	/** Notes that one has ended. */
	leave(): void {
		this.#count--;
		if (this.#count > 0 || this.#onEmpty.length === 0) return;
		for (const done of this.#onEmpty.splice(0)) done();
	}

	/** Resolves when none runs. MUST be called only after the last one has begun. */
	emptied(): Promise<void> {
		if (this.#count === 0) return Promise.resolve();
		return new Promise((done) => this.#onEmpty.push(done));
	}
}
