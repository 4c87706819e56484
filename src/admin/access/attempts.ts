/** Slows down the guessing of tokens. */
export interface Attempts {
	/** Returns the milliseconds until the address may try again. 0 for now. */
	waitMs(address: string): number;
	/**
	 * Counts a wrong token. The same token again does not count: a client with an outdated token repeats it, and one that guesses
	 * does not.
	 */
	failed(address: string, hash: Buffer): void;
	/** Forgets the wrong tokens of an address. */
	succeeded(address: string): void;
	/** The number of addresses that are remembered. */
	readonly size: number;
}

export interface AttemptsOptions {
	/** Returns milliseconds of a monotonic clock. Default performance.now. */
	readonly now?: (() => number) | undefined;
	/** The wrong tokens that an address may try at once. Default 10. */
	readonly free?: number;
	/** The number of addresses that are remembered. All further addresses share one place. Default 1,000. */
	readonly capacity?: number;
}

/**
 * Counts wrong tokens by address. After ten different ones, each further one doubles the wait before the next, up to 30 seconds.
 * A wait is not extended by requests during it. Five minutes without a wrong token forget the address.
 */
export function createAttempts({
	now = () => performance.now(),
	free = 10,
	capacity = 1000,
}: AttemptsOptions = {}): Attempts {
	const places = new Map<string, Place>();
	const sweep = (time: number): void => {
		for (const [address, place] of places) {
			// The map is in the order of the latest failures.
			if (time - place.lastAt < FORGET_MS) break;
			places.delete(address);
		}
	};
	const keyOf = (address: string): string =>
		places.has(address) || places.size < capacity ? address : OTHERS;
	return {
		waitMs(address) {
			const time = now();
			sweep(time);
			const place = places.get(keyOf(address));
			return place === undefined ? 0 : Math.max(0, place.freeAt - time);
		},
		failed(address, hash) {
			const time = now();
			sweep(time);
			const key = keyOf(address);
			const place = places.get(key) ?? {
				failures: 0,
				recent: [],
				freeAt: 0,
				lastAt: time,
			};
			const token = hash.toString("base64", 0, 12);
			if (!place.recent.includes(token)) {
				place.recent = [...place.recent.slice(1 - RECENT_MAX), token];
				place.failures += 1;
				const beyond = place.failures - free;
				if (beyond > 0)
					place.freeAt =
						time + Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (beyond - 1));
			}
			place.lastAt = time;
			places.delete(key);
			places.set(key, place);
		},
		succeeded: (address) => void places.delete(address),
		get size() {
			return places.size;
		},
	};
}

// --- helpers ---

/** The wrong tokens of an address. */
interface Place {
	failures: number;
	/** The beginnings of the latest hashes. */
	recent: string[];
	/** The time of the next permitted attempt. */
	freeAt: number;
	lastAt: number;
}

const LONGEST_WAIT_MS = 30_000;
const FORGET_MS = 300_000;
const RECENT_MAX = 8;

/** The place of all addresses beyond the capacity. No address is empty. */
const OTHERS = "";
