import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import {
	formatDuration,
	parseDuration,
	parseSize,
} from "../../finding/units.ts";

/** Milliseconds. Node's timers count with 31 bits; above, they fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Reads a duration for a timer; undefined, with a finding, when no timer can wait so long. */
export function readTimer(
	text: string | undefined,
	site: Site,
	report: Report,
): number | undefined {
	return readUpTo(LONGEST_TIMER_MS, text, site, report);
}

/**
 * Reads a duration that no timer waits for, such as how long something is kept; undefined, with a finding,
 * when it is longer than 100 years: times beyond are none that an engine can write.
 */
export function readDuration(
	text: string | undefined,
	site: Site,
	report: Report,
): number | undefined {
	return readUpTo(LONGEST_MS, text, site, report);
}

/** Reads a size; undefined, with a finding, when it is too large to be counted. */
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

/** As many bytes as a number counts exactly. */
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

/** The option that a value is of, for messages. */
function nameOf({ path }: Site): string {
	const key = path.findLast((step) => typeof step === "string");
	return typeof path.at(-1) === "number"
		? `an item of \`${key}\``
		: `\`${key}\``;
}
