import type { SeenTable } from "./seen-table.ts";

/**
 * Removes entries whose rows are gone, a bite a call, in order of hash, inside a transaction of the caller.
 *
 * @param removed rows that were removed since the last call
 */
export type SeenSweep = (removed: number) => void;

/**
 * An entry is not removed with its row: that would change a page for each. Twice as many are looked at as rows were removed, so that
 * about half of the table is stale at most; a call that removed nothing goes on until a whole round finds none.
 */
export function createSeenSweep(table: SeenTable): SeenSweep {
	/** The last hash looked at, and how many entries are still to be looked at. */
	let after = START;
	let owed = 0;
	/** Entries and rows removed since the round began. */
	let found = 0;
	/** Unknown at first: an earlier router may have left some. */
	let isDue = true;

	return (removed) => {
		owed += 2 * removed;
		const least = isDue && removed === 0 ? IDLE : LEAST;
		const max = Math.min(Math.max(owed, least), MAX);
		const { count, next } = table.sweep(after, max);
		owed = Math.max(0, owed - max);
		found += removed + count;
		if (found > 0) isDue = true;
		if (next !== undefined) {
			after = next;
			return;
		}
		isDue = found > 0;
		found = 0;
		after = START;
	};
}

// --- helpers ---

/** Before every hash. */
const START = -1;
/** Entries of one call at most: 15 ms with a million rows. */
const MAX = 4096;
/** Entries of a call that has nothing else to do. */
const IDLE = 1024;
/** Looked at in any case: others may have removed rows. */
const LEAST = 256;
