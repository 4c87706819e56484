import { parseRate } from "../../../finding/rate.ts";
import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import type { Rate } from "../../../inbox/port/rate.ts";
import type { AuthoredRate } from "../authored/authored.ts";

/** Reads a `rate` that the schema accepts. Returns undefined, with a finding, if it is too large. */
export function readRate(
	written: AuthoredRate,
	site: Site,
	report: Report,
): Rate | undefined {
	const isShort = typeof written === "string";
	const text = isShort ? written : written.limit;
	const rate = parseRate(text);
	if (rate === undefined) {
		reportLargeRate("rate", written, site, report);
		return undefined;
	}
	const intervalMs = rate.perMs / rate.count;
	const burst = isShort ? undefined : written.burst;
	return { intervalMs, burst: burst ?? 1 + LATE_MS / intervalMs };
}

/** Reports a rate that is too large to limit anything. */
export function reportLargeRate(
	key: "rate" | "limit",
	written: AuthoredRate,
	site: Site,
	report: Report,
): void {
	const isShort = typeof written === "string";
	const at = isShort ? site : site.in("limit");
	const text = isShort ? written : written.limit;
	report.error(at.at(), {
		what: `\`${key}\` is too large: ${at.show(text)}`,
		expected: "at most `1000000/s`",
		todo: "take it out if nothing has to be limited",
	});
}

// --- helpers ---

/** A worker that wakes this much late loses no token. */
const LATE_MS = 100;
