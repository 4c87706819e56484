import { parseRate } from "../../../finding/rate.ts";
import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import type { Rate } from "../../../inbox/port/rate.ts";
import type { AuthoredRate } from "../authored/authored.ts";
import { reportLargeRate } from "./rate.ts";

/**
 * Reads a `limit` that the schema accepts. Without a burst it is what a second brings, but at least ten. Returns undefined, with a
 * finding, if it is too large.
 */
export function readLimit(
	written: AuthoredRate | undefined,
	site: Site,
	report: Report,
): Rate | undefined {
	if (written === undefined) return undefined;
	const text = typeof written === "string" ? written : written.limit;
	const rate = parseRate(text);
	if (rate === undefined) {
		reportLargeRate("limit", written, site, report);
		return undefined;
	}
	const intervalMs = rate.perMs / rate.count;
	const ofSecond = Math.max(10, 1000 / intervalMs);
	const burst =
		(typeof written === "string" ? undefined : written.burst) ??
		Math.min(rate.count, ofSecond);
	return { intervalMs, burst };
}
