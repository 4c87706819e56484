/**
 * How many kills a crash test does: SWITCHHOOK_CRASH_ROUNDS, default 10. Few for every run, since each kill costs a
 * start; a thousand before a release.
 */
export const CRASH_ROUNDS = Number(process.env.SWITCHHOOK_CRASH_ROUNDS ?? 10);

/** Random numbers that a seed repeats. */
export interface Random {
	readonly seed: number;
	/** From 0 up to, but not including, 1. */
	next(): number;
	/** A whole number from 0 up to, but not including, `end`. */
	below(end: number): number;
}

/** Draws by the seed of SWITCHHOOK_CRASH_SEED, or by a new one (mulberry32). */
export function createRandom(
	seed = Number(process.env.SWITCHHOOK_CRASH_SEED ?? Date.now() % 1e9),
): Random {
	let state = seed | 0;
	const next = (): number => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	return { seed, next, below: (end) => Math.floor(next() * end) };
}

/** Names the seed where the work fails. */
export async function withSeed<T>(
	{ seed }: Random,
	work: () => T | Promise<T>,
): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof Error)
			error.message += ` (again by SWITCHHOOK_CRASH_SEED=${seed})`;
		throw error;
	}
}
