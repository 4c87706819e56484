import type { Place } from "./place.ts";
import type { Report } from "./report.ts";
import { formatDuration, parseDuration, parseSize } from "./units.ts";

/** Reads a duration for a timer; undefined, with a finding, when no timer can wait so long. */
export function readTimer(
	text: string | undefined,
	place: Place,
	report: Report,
): number | undefined {
	if (text === undefined) return undefined;
	const ms = parseDuration(text);
	if (ms !== undefined && ms <= LONGEST_TIMER_MS) return ms;
	report.error(place.at(), {
		what: `${place.show(text)} is longer than a timer can wait`,
		expected: `at most \`${formatDuration(LONGEST_TIMER_MS)}\``,
	});
	return undefined;
}

/**
 * Reads a duration that no timer waits for, such as how long something is kept; undefined, with a finding,
 * when it is longer than 100 years: times beyond are none that an engine can write.
 */
export function readDuration(
	text: string | undefined,
	place: Place,
	report: Report,
): number | undefined {
	if (text === undefined) return undefined;
	const ms = parseDuration(text);
	if (ms !== undefined && ms <= LONGEST_MS) return ms;
	report.error(place.at(), {
		what: `${place.show(text)} is longer than anything is kept or waited for`,
		expected: `at most \`${formatDuration(LONGEST_MS)}\``,
	});
	return undefined;
}

/** Reads a size; undefined, with a finding, when it is too large to be counted. */
export function readSize(
	text: string | undefined,
	place: Place,
	report: Report,
): number | undefined {
	if (text === undefined) return undefined;
	const bytes = parseSize(text);
	if (bytes === undefined) {
		report.error(place.at(), {
			what: `${place.show(text)} is larger than any body can be`,
			todo: "write a smaller size",
		});
	}
	return bytes;
}

/**
 * Reads the `tolerance` of a signature scheme, milliseconds, default 300 000 (the five minutes that the
 * platform's own libraries allow); undefined, with a finding, when it is nothing.
 */
export function readTolerance(
	{ tolerance }: { readonly tolerance?: string | undefined },
	place: Place,
	report: Report,
): number | undefined {
	if (tolerance === undefined) return DEFAULT_TOLERANCE_MS;
	const at = place.in("tolerance");
	const ms = readTimer(tolerance, at, report);
	if (ms === 0) {
		report.error(at.at(), {
			what: "a tolerance of zero refuses every webhook: no two clocks agree, and sending takes time",
			todo: "write for example `tolerance: 5m`",
		});
		return undefined;
	}
	if (ms !== undefined && ms > LONG_TOLERANCE_MS) {
		report.warn(at.at(), {
			what: `for ${formatDuration(ms)} whoever has seen a webhook can send it again once it is forgotten`,
			expected: `at most \`${formatDuration(LONG_TOLERANCE_MS)}\``,
			todo: "set the clocks right instead",
		});
	}
	return ms;
}

// --- helpers ---

const DEFAULT_TOLERANCE_MS = 300_000;
const LONG_TOLERANCE_MS = 3_600_000;

const LONGEST_MS = 36_500 * 86_400_000;

/** Node's timers count with 31 bits; above, they fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
