/**
 * A map of what comes and goes all the time. V8 keeps each table that a Map has outgrown, with all that was in it then, until the next
 * major collection: a Map through which every event passes would keep a good part of them that long. Here such a table
 * holds only empty boxes.
 */
export class TransientMap<K, V extends object> {
	readonly #boxes = new Map<K, Box<V>>();

	get size(): number {
		return this.#boxes.size;
	}

	get(key: K): V | undefined {
		return this.#boxes.get(key)?.value;
	}

	set(key: K, value: V): void {
		const box = this.#boxes.get(key);
		if (box === undefined) this.#boxes.set(key, { value });
		else box.value = value;
	}

	delete(key: K): void {
		const box = this.#boxes.get(key);
		if (box === undefined) return;
		box.value = undefined;
		this.#boxes.delete(key);
	}

	/** In the order in which they were set; what is deleted meanwhile is left out. */
	*entries(): IterableIterator<[K, V]> {
		for (const [key, { value }] of this.#boxes)
			if (value !== undefined) yield [key, value];
	}

	*values(): IterableIterator<V> {
		for (const { value } of this.#boxes.values())
			if (value !== undefined) yield value;
	}

	[Symbol.iterator](): IterableIterator<[K, V]> {
		return this.entries();
	}
}

// --- helpers ---

interface Box<V> {
	value: V | undefined;
}
