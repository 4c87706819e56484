/** Limits how many handlers start in a time: a token bucket. */
export interface Rate {
	/** Milliseconds between two tokens. */
	readonly intervalMs: number;
	/** The tokens of a full bucket, at least 1. May have a fraction. */
	readonly burst: number;
}

/** A rate, and the bucket that its tokens come from. Routes with the same bucket share it. */
export interface Toll {
	readonly bucket: string;
	readonly rate: Rate;
}

/**
 * Returns the tokens of a bucket. A bucket is stored as the one time at which it is full again (the generic cell rate algorithm,
 * ITU-T I.371), so that nothing is written while it fills.
 *
 * @param fullAt the stored time. Undefined for a bucket that was never used
 * @param now milliseconds since the epoch, by the store's clock
 */
export function tokensOf(
	fullAt: number | undefined,
	rate: Rate,
	now: number,
): number {
	const missing = (saneFullAt(fullAt, rate, now) - now) / rate.intervalMs;
	return Math.floor(rate.burst - missing + TINY);
}

/** Returns the time at which the bucket is full again, after some of its tokens are taken. */
export function takeTokens(
	fullAt: number | undefined,
	rate: Rate,
	{ tokens, now }: { readonly tokens: number; readonly now: number },
): number {
	return saneFullAt(fullAt, rate, now) + tokens * rate.intervalMs;
}

/** Returns true if a bucket has changed: tokens were taken, or its stored time was too late for its rate. */
export function isToBeStored(
	before: number | undefined,
	after: number,
	tokens: number,
): boolean {
	return tokens > 0 || (before !== undefined && before > after);
}

/** Returns the milliseconds until the bucket has a token. */
export function msToToken(fullAt: number, rate: Rate, now: number): number {
	const fillMs = (rate.burst - 1) * rate.intervalMs;
	return Math.max(0, saneFullAt(fullAt, rate, now) - fillMs - now);
}

// --- helpers ---

/** A rounding error must not cost a token. */
const TINY = 1e-6;

/**
 * An empty bucket is full after its burst. A later time was written with a slower rate or under a wrong clock, and would hold
 * the route up for as long.
 */
function saneFullAt(
	fullAt: number | undefined,
	{ burst, intervalMs }: Rate,
	now: number,
): number {
	return Math.min(Math.max(fullAt ?? now, now), now + burst * intervalMs);
}
