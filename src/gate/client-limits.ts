import { msToToken, type Rate, takeTokens } from "../inbox/port/rate.ts";
import type { Address } from "./address.ts";
import type { Client } from "./client-address.ts";

/** Counts the requests of clients, each in a bucket of its own. */
export interface LimitMemory {
	/**
	 * Takes a token of a client's bucket. Returns 0 if there was one, else the milliseconds until the next one. A promise if another
	 * process counts.
	 *
	 * @param bucket unique for the path and the client
	 * @param now milliseconds since the epoch
	 */
	take(bucket: string, rate: Rate, now: number): number | Promise<number>;
}

/** Counts in this process. A bucket that is full again is forgotten, so memory is bounded by the clients of the last seconds. */
export class ClientLimits implements LimitMemory {
	/** The time at which each bucket is full again, the oldest request first. */
	readonly #fullAt = new Map<string, number>();
	readonly #capacity: number;

	/** @param capacity the number of buckets, default 100,000. Beyond it the client that was quiet for the longest time is forgotten. */
	constructor(capacity = 100_000) {
		this.#capacity = capacity;
	}

	/** The number of buckets that are not known to be full. */
	get size(): number {
		return this.#fullAt.size;
	}

	take(bucket: string, rate: Rate, now: number): number {
		const before = this.#fullAt.get(bucket);
		const waitMs = before === undefined ? 0 : msToToken(before, rate, now);
		if (waitMs > 0) return waitMs;
		this.#fullAt.delete(bucket);
		if (this.#fullAt.size >= this.#capacity) this.#makeRoom(now);
		this.#fullAt.set(bucket, takeTokens(before, rate, { tokens: 1, now }));
		return 0;
	}

	/** Forgets full buckets among the oldest, and the oldest in any case. */
	#makeRoom(now: number): void {
		let looked = 0;
		for (const [bucket, fullAt] of this.#fullAt) {
			if (looked > 0 && fullAt > now) break;
			this.#fullAt.delete(bucket);
			looked += 1;
			if (looked === SWEPT_MAX) break;
		}
	}
}

/** Returns the name of the bucket of a client at a path. The addresses of an IPv6 network of 64 bits belong to one client. */
export function bucketOf(path: string, { address }: Client): string {
	return `${path} ${address === undefined ? "unknown" : groupOf(address)}`;
}

// --- helpers ---

/** The buckets that one request forgets at most. */
const SWEPT_MAX = 100;

function groupOf({ family, text, value }: Address): string {
	return family === 4 ? text : `${(value >> 64n).toString(16)}::/64`;
}
