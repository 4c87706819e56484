import type { Report } from "../../finding/report.ts";
import type { AlertSettings } from "../settings.ts";
import type { AuthoredAlerts } from "./authored/authored.ts";
import { readTimer } from "./limits.ts";
import type { Authored } from "./route/draft.ts";

/** Reads `alerts`. Absent or wrong values get their defaults. */
export function readAlerts(
	{ value, site }: Authored<AuthoredAlerts>,
	report: Report,
): AlertSettings {
	const { backlog, denied = DEFAULT_DENIED } = value;
	const oldestMs = readTimer(value.oldest, site.in("oldest"), report);
	if (oldestMs !== undefined && oldestMs < SHORTEST_MS) {
		report.error(site.at("oldest"), {
			what: "`oldest` is shorter than the first retries of an event take",
			expected: "at least `1m`",
		});
	}
	return {
		backlogShare:
			backlog === undefined
				? DEFAULT_SHARE
				: Number.parseInt(backlog, 10) / 100,
		oldestMs: oldestMs ?? DEFAULT_OLDEST_MS,
		denied,
	};
}

// --- helpers ---

const DEFAULT_SHARE = 0.8;
const DEFAULT_OLDEST_MS = 900_000;
const DEFAULT_DENIED = 100;

/** The age is looked at once a minute. */
const SHORTEST_MS = 60_000;
