import { formatDuration } from "../finding/units.ts";
import type { Pause } from "../inbox/port/pause.ts";
import { blankHidden } from "../observe/plain-text.ts";

/** A pause for a program to read: times in ISO 8601 (UTC), null for a value that it has not. */
export interface PauseReport {
	readonly route: string;
	readonly since: string;
	/** Null until somebody resumes the route. */
	readonly until: string | null;
	readonly why: string | null;
}

/** Makes the report of a pause. */
export function toPauseReport({
	route,
	since,
	until,
	why,
}: Pause): PauseReport {
	return {
		route,
		since: toTime(since),
		until: until === undefined ? null : toTime(until),
		why: why ?? null,
	};
}

/**
 * Writes how long a pause lasts: `until 2026-01-31T09:30:00.000Z (in 2h)`, or `until somebody resumes it`.
 *
 * @param now milliseconds since the epoch, by the store's clock
 */
export function describeEnd({ until }: Pause, now: number): string {
	if (until === undefined) return "until somebody resumes it";
	const left = Math.ceil(Math.max(0, until - now) / 1000) * 1000;
	return `until ${toTime(until)} (in ${formatDuration(left)})`;
}

/** Writes a reason behind a sentence: `: the CRM is down`. Empty without one. */
export function describeWhy({ why }: Pause): string {
	return why === undefined ? "" : `: ${blankHidden(why)}`;
}

// --- helpers ---

function toTime(ms: number): string {
	return new Date(ms).toISOString();
}
