/** Returns what is known under a key, and makes it the first time. */
export function memo<K, T>(known: Map<K, T>, key: K, make: () => T): T {
	let value = known.get(key);
	if (value === undefined) {
		value = make();
		known.set(key, value);
	}
	return value;
}

/** As `memo`, for keys that are forgotten together with their values. */
export function weakMemo<K extends WeakKey, T>(
	known: WeakMap<K, T>,
	key: K,
	make: () => T,
): T {
	const value = known.get(key) ?? make();
	known.set(key, value);
	return value;
}

/** Makes a value the first time it is asked for. */
export function once<T>(make: () => T): () => T {
	let made: { readonly value: T } | undefined;
	return () => {
		made ??= { value: make() };
		return made.value;
	};
}

/** Remembers what was made last: for a key that hardly ever changes, and may. */
export function memoLast<T, K = string>(make: (key: K) => T): (key: K) => T {
	let last: { readonly key: K; readonly value: T } | undefined;
	return (key) => {
		if (last?.key !== key) last = { key, value: make(key) };
		return last.value;
	};
}
