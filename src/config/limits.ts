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

// --- helpers ---

/** Node's timers count with 31 bits; above, they fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
