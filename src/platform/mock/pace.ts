/** The remaining rate limit of an account after a request. */
export interface Allowance {
	readonly isAllowed: boolean;
	/** Requests a second. */
	readonly limit: number;
	/** Requests that may come at once. */
	readonly remaining: number;
	/** When the full limit is available again, in milliseconds since the epoch. */
	readonly resetAt: number;
	/** When the next request may come, whole seconds from now, at least 1. */
	readonly retryAfterS: number;
}

/** Limits the request rate of each account. */
export interface Pace {
	take(apiKey: string): Allowance;
}

/**
 * Creates a pace as a token bucket: one second's requests may come at once, and each is given back after its share of a second. So a
 * client that keeps exactly to the pace is never refused.
 *
 * @param perSecond requests a second of each account
 * @param clock milliseconds since the epoch
 */
export function createPace(perSecond: number, clock: () => number): Pace {
	const buckets = new Map<string, { tokens: number; at: number }>();
	const size = Math.max(1, perSecond);
	return {
		take(apiKey) {
			const now = clock();
			const bucket = buckets.get(apiKey) ?? { tokens: size, at: now };
			const refilled = ((now - bucket.at) / 1000) * perSecond;
			// A third of a second, three times, is not quite one in floating point.
			const tokens = Math.min(size, bucket.tokens + refilled + 1e-6);
			const isAllowed = tokens >= 1;
			const left = isAllowed ? tokens - 1 : tokens;
			buckets.set(apiKey, { tokens: left, at: now });
			return {
				isAllowed,
				limit: perSecond,
				remaining: Math.floor(left),
				resetAt: Math.ceil(now + ((size - left) / perSecond) * 1000),
				retryAfterS: Math.max(1, Math.ceil((1 - left) / perSecond)),
			};
		},
	};
}
