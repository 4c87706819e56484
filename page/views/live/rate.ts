/** Counts events of the last ten seconds. */
export class Rate {
	readonly #now: () => number;
	readonly #seconds: { readonly second: number; count: number }[] = [];

	constructor(now: () => number) {
		this.#now = now;
	}

	add(count: number): void {
		const second = this.#second();
		const last = this.#seconds.at(-1);
		if (last?.second === second) last.count += count;
		else this.#seconds.push({ second, count });
		if (this.#seconds.length > 2 * SECONDS) this.#seconds.splice(0, SECONDS);
	}

	/** Returns the events a second. */
	read(): number {
		const from = this.#second() - SECONDS;
		let sum = 0;
		for (const { second, count } of this.#seconds)
			if (second > from) sum += count;
		return sum / SECONDS;
	}

	#second(): number {
		return Math.floor(this.#now() / 1000);
	}
}

// --- helpers ---

const SECONDS = 10;
