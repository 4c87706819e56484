/**
 * A map of what comes and goes all the time. V8 links each table that a Map outgrows to the one that follows: once the first is
 * old, all of them, with what was in them then, live until the next major collection. Here the Map itself is replaced
 * now and then, which ends the chain. Who goes through it sees it as it was.
 */
export class TransientMap<K, V> {
	readonly #renewEvery: number;
	#map = new Map<K, V>();
	#sets = 0;

	/** @param renewEvery so many calls of `set` before the Map is replaced at the earliest, default 256 */
	constructor(renewEvery = 256) {
		this.#renewEvery = renewEvery;
	}

	get size(): number {
		return this.#map.size;
	}

	get(key: K): V | undefined {
		return this.#map.get(key);
	}

	set(key: K, value: V): void {
		// Twice its size, so that copying costs no more than setting.
		if (++this.#sets > Math.max(this.#renewEvery, 2 * this.#map.size)) {
			this.#map = new Map(this.#map);
			this.#sets = 0;
		}
		this.#map.set(key, value);
	}

	delete(key: K): void {
		this.#map.delete(key);
	}

	values(): IterableIterator<V> {
		return this.#map.values();
	}

	[Symbol.iterator](): IterableIterator<[K, V]> {
		return this.#map.entries();
	}
}
