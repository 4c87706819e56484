/** Counts values by size, without an object or a look-up for each value. */
export class Distribution {
	readonly #bounds: readonly number[];
	/** Created at the first value: with 10,000 routes most never have one. */
	#counts: number[] | undefined;
	#sum = 0;
	#count = 0;

	/** @param bounds the upper bounds of the buckets, inclusive, in ascending order */
	constructor(bounds: readonly number[]) {
		this.#bounds = bounds;
	}

	/** The number of values. */
	get count(): number {
		return this.#count;
	}

	/** The sum of the values. */
	get sum(): number {
		return this.#sum;
	}

	add(value: number): void {
		const bounds = this.#bounds;
		this.#counts ??= new Array<number>(bounds.length).fill(0);
		this.#sum += value;
		this.#count += 1;
		for (let at = 0; at < bounds.length; at++) {
			if (value > (bounds[at] as number)) continue;
			(this.#counts[at] as number) += 1;
			return;
		}
	}

	/** Adds the number of values of each bucket, and of those beyond the last bound, to a list. */
	appendTo(list: number[]): void {
		let rest = this.#count;
		for (let at = 0; at < this.#bounds.length; at++) {
			const count = this.#counts?.[at] ?? 0;
			list.push(count);
			rest -= count;
		}
		list.push(rest);
	}

	/** Returns, for each bound, the number of values up to it. */
	cumulated(): readonly number[] {
		let sum = 0;
		return this.#bounds.map((_, at) => {
			sum += this.#counts?.[at] ?? 0;
			return sum;
		});
	}
}
