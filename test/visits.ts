import type { Visit } from "../src/http/app.ts";

/** Gathers what a router was asked, and waits for it. */
export interface Visits {
	readonly all: Visit[];
	add(visit: Visit): void;
	/** Resolves with the visit of that number (from 1), once its request was answered. */
	nth(count: number): Promise<Visit>;
}

export function createVisits(): Visits {
	const all: Visit[] = [];
	const waiting: { readonly count: number; readonly done: () => void }[] = [];
	return {
		all,
		add(visit) {
			all.push(visit);
			for (const { count, done } of waiting) if (all.length >= count) done();
		},
		async nth(count) {
			if (all.length < count) {
				await new Promise<void>((done) => waiting.push({ count, done }));
			}
			return all[count - 1] as Visit;
		},
	};
}
