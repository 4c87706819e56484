import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import {
	formatDuration,
	parseDuration,
	parseSize,
} from "../../finding/units.ts";

/** Milliseconds. Node's timers count with 31 bits; above, they fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Reads a duration for a timer. Returns undefined, with a finding, if it is too long for a timer. */
export function readTimer(
	text: string | undefined,
	site: Site,
	report: Report,
): number | undefined {
	return readUpTo(LONGEST_TIMER_MS, text, site, report);
}

/**
 * Reads a duration without a timer, such as a retention. Returns undefined, with a finding, if it is longer than 100
 * years, because engines cannot store such times.
 */
export function readDuration(
	text: string | undefined,
	site: Site,
	report: Report,
): number | undefined {
	return readUpTo(LONGEST_MS, text, site, report);
}

/** Reads a size. Returns undefined, with a finding, if it is too large for a number. */
export function readSize(
	text: string | undefined,
	site: Site,
	report: Report,
): number | undefined {
	if (text === undefined) return undefined;
	const bytes = parseSize(text);
	if (bytes === undefined) {
		report.error(site.at(), {
			what: `${nameOf(site)} is too large: ${site.show(text)}`,
			expected: `at most \`${LARGEST_SIZE}\``,
		});
	}
	return bytes;
}

// --- helpers ---

/** The maximum number of bytes that a number represents exactly. */
const LARGEST_SIZE = `${Math.floor(Number.MAX_SAFE_INTEGER / 1000 ** 3)}GB`;

const LONGEST_MS = 36_500 * 86_400_000;

function readUpTo(
	longestMs: number,
	text: string | undefined,
	site: Site,
	report: Report,
): number | undefined {
	if (text === undefined) return undefined;
	const ms = parseDuration(text);
	if (ms !== undefined && ms <= longestMs) return ms;
	report.error(site.at(), {
		what: `${nameOf(site)} is too long: ${site.show(text)}`,
		expected: `at most \`${formatDuration(longestMs)}\``,
	});
	return undefined;
}

/** The option of a value, for messages. */
function nameOf({ path }: Site): string {
	const key = path.findLast((step) => typeof step === "string");
	return typeof path.at(-1) === "number"
		? `an item of \`${key}\``
		: `\`${key}\``;
}
