/** Shares resources: creates one for the first user, and returns it to be closed after the last one has released it. */
export interface Shelf<T> {
	take(key: string, make: () => T): T;
	/** Returns the resource if nobody uses it any more. */
	put(key: string): T | undefined;
	list(): readonly T[];
}

/** Creates an empty shelf. */
export function createShelf<T>(): Shelf<T> {
	const things = new Map<string, { readonly thing: T; users: number }>();
	return {
		take(key, make) {
			const entry = things.get(key) ?? { thing: make(), users: 0 };
			entry.users += 1;
			things.set(key, entry);
			return entry.thing;
		},
		put(key) {
			const entry = things.get(key);
			if (entry === undefined) return undefined;
			entry.users -= 1;
			if (entry.users > 0) return undefined;
			things.delete(key);
			return entry.thing;
		},
		list: () => [...things.values()].map(({ thing }) => thing),
	};
}
