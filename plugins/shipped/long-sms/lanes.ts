/** Has work of one name done one after the other, in the order in which it was asked for. */
export interface Lanes {
	run<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Makes lanes; one that is empty is forgotten. */
export function createLanes(): Lanes {
	const ends = new Map<string, Promise<unknown>>();
	return {
		run(name, work) {
			const before = ends.get(name) ?? Promise.resolve();
			const mine = before.then(work);
			// The next one waits for the end of this, however it ends.
			const end = mine.catch(() => {});
			ends.set(name, end);
			void end.then(() => {
				if (ends.get(name) === end) ends.delete(name);
			});
			return mine;
		},
	};
}
