/** Decides when a failed delivery is retried, and when it is given up. */
export type RetryPolicy = ExponentialRetry | ListedRetry;

/**
 * Exponential backoff with full jitter: a delay is random between 0 and its bound, so that events that failed together are not
 * retried together.
 */
export interface ExponentialRetry {
	readonly kind: "exponential";
	/** Bound of the first delay, milliseconds. */
	readonly firstMs: number;
	/** The bound grows by this factor with each attempt. */
	readonly factor: number;
	/** Upper limit of the bound, milliseconds. */
	readonly capMs: number;
	/** The milliseconds since receipt. The last attempt is made when they are over. A late event still gets `LATE_TRIES` attempts. */
	readonly forMs: number;
}

/** A list of delays without jitter, one for each retry. */
export interface ListedRetry {
	readonly kind: "list";
	readonly delaysMs: readonly number[];
}

/** From 5 s up to 15 min, for 24 h: as long as the platform itself retries an SMS webhook. */
export const DEFAULT_RETRY: ExponentialRetry = Object.freeze({
	kind: "exponential",
	firstMs: 5000,
	factor: 2,
	capMs: 900_000,
	forMs: 86_400_000,
});

/** The facts about a failure that a policy needs. */
export interface Failure {
	/** The attempt that failed, 1 for the first. */
	readonly attempt: number;
	/** Milliseconds since the epoch. */
	readonly receivedAt: number;
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** Milliseconds since receipt in which the route was paused. They do not count. Default 0. */
	readonly pausedMs?: number;
	/** The milliseconds that the handler or the upstream asked for (Retry-After, RFC 9110 section 10.2.3). */
	readonly after?: number | undefined;
	/** From 0 up to, but not including, 1; such as Math.random. */
	readonly random: () => number;
}

/**
 * The minimum number of attempts under an exponential policy, however old the event is at the first one (the router was down,
 * its clock was wrong), as long as they fit into the policy's time with each delay at its bound.
 */
export const LATE_TRIES = 10;

/**
 * Returns the milliseconds until the next attempt, or undefined to give up. A delay that the handler asked for replaces the
 * policy's delay, but adds no attempt and no time: an attempt after the end of an exponential policy is made at its end, and is
 * the last one. After the end such a delay is at most the policy's longest one, and with a list at most 24 h.
 */
export function nextDelayMs(
	policy: RetryPolicy,
	failure: Failure,
): number | undefined {
	return policy.kind === "list"
		? nextListed(policy, failure)
		: nextExponential(policy, failure);
}

// --- helpers ---

const LISTED_AFTER_MAX_MS = 86_400_000;

function nextListed(
	{ delaysMs }: ListedRetry,
	{ attempt, after }: Failure,
): number | undefined {
	const delayMs = delaysMs[attempt - 1];
	if (delayMs === undefined) return undefined;
	return isDelay(after) ? Math.min(after, LISTED_AFTER_MAX_MS) : delayMs;
}

function nextExponential(
	policy: ExponentialRetry,
	failure: Failure,
): number | undefined {
	const { attempt, receivedAt, now, pausedMs = 0, after, random } = failure;
	// A clock that was set back must not extend the time.
	const leftMs = policy.forMs - Math.max(0, now - receivedAt - pausedMs);
	const longestMs =
		leftMs > 0 ? leftMs : isOwed(policy, attempt) ? policy.capMs : undefined;
	if (longestMs === undefined) return undefined;
	const delayMs = isDelay(after)
		? after
		: Math.round(boundMs(policy, attempt) * random());
	return Math.min(delayMs, longestMs);
}

/** Returns the longest delay after an attempt. */
function boundMs(
	{ capMs, firstMs, factor }: ExponentialRetry,
	attempt: number,
): number {
	return Math.min(capMs, firstMs * factor ** (attempt - 1));
}

/** Returns true if another attempt is due although the time is over. */
function isOwed(policy: ExponentialRetry, attempt: number): boolean {
	if (attempt >= LATE_TRIES) return false;
	let sumMs = 0;
	for (let past = 1; past <= attempt; past++) sumMs += boundMs(policy, past);
	return sumMs <= policy.forMs;
}

function isDelay(after: number | undefined): after is number {
	return after !== undefined && after >= 0;
}
