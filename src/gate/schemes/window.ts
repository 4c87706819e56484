/** What a scheme holds a time of signing against. */
export interface Window {
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** Milliseconds, both ways, inclusive. */
	readonly toleranceMs: number;
}

/**
 * Says how far a time is off the clock where that is more than is tolerated; undefined where it is
 * within. Written to follow the name of the time: `is 412 s behind the clock, 300 s are tolerated`.
 */
export function describeDrift(
	seconds: number,
	{ now, toleranceMs }: Window,
): string | undefined {
	const behindMs = now - seconds * 1000;
	if (Math.abs(behindMs) <= toleranceMs) return undefined;
	const way = behindMs > 0 ? "behind" : "ahead of";
	const off = Math.ceil(Math.abs(behindMs) / 1000);
	return `is ${off} s ${way} the clock, ${toleranceMs / 1000} s are tolerated`;
}

/**
 * Reads a time of signing: decimal digits, seconds since the epoch, as all these schemes send it.
 * Undefined for anything else. Milliseconds are not guessed: they are a time far ahead.
 */
export function readSeconds(text: string): number | undefined {
	return DIGITS.test(text) ? Number(text) : undefined;
}

// --- helpers ---

/** As many as a number holds exactly. */
const DIGITS = /^\d{1,15}$/;
