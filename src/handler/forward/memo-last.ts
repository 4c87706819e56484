/** Remembers what was made last: for a key that hardly ever changes, and may. */
export function memoLast<T>(make: (key: string) => T): (key: string) => T {
	let last: { readonly key: string; readonly value: T } | undefined;
	return (key) => {
		if (last?.key !== key) last = { key, value: make(key) };
		return last.value;
	};
}
