/**
 * Holds entries that come and go all the time. V8 links each table that a Map outgrows to its successor: once the first is old,
 * all of them, with their entries of that time, live until the next major collection. This class replaces the Map itself now and
 * then, which ends the chain. A running iteration sees the map as it was.
 */
export class TransientMap<K, V> {
	readonly #renewEvery: number;
	#map = new Map<K, V>();
	#sets = 0;

	/** @param renewEvery calls of `set` before the Map is replaced at the earliest, default 256 */
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
		// At twice its size copying costs no more than setting.
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
