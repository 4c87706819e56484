import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { formatDuration, parseDuration } from "../../finding/units.ts";

/** The accepted times of signing, around the current time. */
export interface Window {
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** Milliseconds, both ways, inclusive. */
	readonly toleranceMs: number;
}

/**
 * Describes how far a time differs from the clock if that exceeds the tolerance. Returns undefined if it does not. The
 * text follows the name of the time: `is 412 s behind the clock, 300 s are tolerated`.
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
 * Parses a time of signing: decimal digits, in seconds since the epoch, as in all these schemes. Returns undefined for
 * anything else. Milliseconds are not detected and read as a time far in the future.
 */
export function readSeconds(text: string): number | undefined {
	return DIGITS.test(text) ? Number(text) : undefined;
}

/**
 * Reads the `tolerance` of a signature scheme, in milliseconds, default 300 000 (the five minutes of the platform's own
 * libraries). Returns undefined, with a finding, if it is out of range.
 */
export function readTolerance(
	{ tolerance }: { readonly tolerance?: string | undefined },
	site: Site,
	report: Report,
): number | undefined {
	if (tolerance === undefined) return DEFAULT_TOLERANCE_MS;
	const at = site.in("tolerance");
	const ms = parseDuration(tolerance);
	if (ms === undefined || ms < 1000 || ms > LONGEST_TOLERANCE_MS) {
		const isShort = ms !== undefined && ms < 1000;
		report.error(at.at(), {
			what: isShort
				? `\`tolerance\` is ${at.show(tolerance)}, which refuses every webhook: no two clocks agree, and sending takes time`
				: `\`tolerance\` is ${at.show(tolerance)}: so late nothing proves that a webhook is new`,
			expected: `from \`1s\` to \`${formatDuration(LONGEST_TOLERANCE_MS)}\``,
			todo: "write for example `tolerance: 5m`",
		});
		return undefined;
	}
	if (ms > LONG_TOLERANCE_MS) {
		report.warn(at.at(), {
			what: `with this \`tolerance\` anyone who has seen a webhook can replay it once it is forgotten, for ${at.isFromOutside() ? "a long time" : formatDuration(ms)}`,
			expected: `at most \`${formatDuration(LONG_TOLERANCE_MS)}\``,
			todo: "set the clocks right instead",
		});
	}
	return ms;
}

// --- helpers ---

const DEFAULT_TOLERANCE_MS = 300_000;
const LONG_TOLERANCE_MS = 3_600_000;
const LONGEST_TOLERANCE_MS = 7 * 86_400_000;

/** The maximum number of digits that a number represents exactly. */
const DIGITS = /^\d{1,15}$/;
