import { itemsOf } from "../../../finding/items.ts";
import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "../../../inbox/port/retry.ts";
import type { AuthoredBackoff, AuthoredRetry } from "../authored/authored.ts";
import { readDuration } from "../limits.ts";

/** Reads a `retry` that the schema accepts. Returns undefined, with a finding, if something in it is wrong. */
export function readRetry(
	retry: AuthoredRetry,
	site: Site,
	report: Report,
): RetryPolicy | undefined {
	if (retry === "none") return { kind: "list", delaysMs: [] };
	if (typeof retry !== "string" && !isList(retry)) {
		return readBackoff(retry, site, report);
	}
	const items = itemsOf(retry, site);
	const delaysMs = items.flatMap(
		({ text, at }) => readDuration(text, at, report) ?? [],
	);
	return delaysMs.length === items.length
		? { kind: "list", delaysMs }
		: undefined;
}

// --- helpers ---

function isList(
	retry: readonly string[] | AuthoredBackoff,
): retry is readonly string[] {
	return Array.isArray(retry);
}

function readBackoff(
	backoff: AuthoredBackoff,
	site: Site,
	report: Report,
): RetryPolicy | undefined {
	const read = (key: "first" | "max" | "for", fallback: number) => {
		const ms = readDuration(backoff[key], site.in(key), report);
		return backoff[key] === undefined ? fallback : ms;
	};
	const firstMs = read("first", DEFAULT_RETRY.firstMs);
	const forMs = read("for", DEFAULT_RETRY.forMs);
	// Someone who writes only a long first delay does not want it cut.
	const capMs = read("max", Math.max(DEFAULT_RETRY.capMs, firstMs ?? 0));
	if (firstMs === undefined || capMs === undefined || forMs === undefined) {
		return undefined;
	}
	if (firstMs === 0 || forMs === 0) {
		report.error(site.at(firstMs === 0 ? "first" : "for"), {
			what:
				firstMs === 0
					? "`first` is zero, which never grows: what is down is hammered all the time"
					: "`for` is zero, so nothing is retried",
			expected: "`1ms` or more",
			todo: firstMs === 0 ? "write a longer one" : "write `retry: none`",
		});
		return undefined;
	}
	if (capMs < firstMs) {
		report.error(site.at("max"), {
			what: "`max` is shorter than the first delay",
			todo: "write a longer one, or take it out",
		});
		return undefined;
	}
	if (firstMs >= forMs) {
		report.warn(site.at(backoff.for === undefined ? "first" : "for"), {
			what: "the first delay may take all of the time `for` which an event is tried",
			todo: "write a shorter `first` or a longer `for`",
		});
	}
	const { factor = DEFAULT_RETRY.factor } = backoff;
	return { kind: "exponential", firstMs, factor, capMs, forMs };
}
