import { isRecord } from "../../event/is-record.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";

/** A condition on a string: a regular expression and its flags. */
export interface PatternCondition {
	readonly pattern: string;
	readonly flags?: string;
}

/** Returns true for `{ pattern, flags }`. */
export function isPattern(value: unknown): value is PatternCondition {
	if (!isRecord(value)) return false;
	const { pattern, flags = "", ...rest } = value;
	return (
		typeof pattern === "string" &&
		typeof flags === "string" &&
		Object.keys(rest).length === 0
	);
}

/** Compiles the expression of a condition. Throws SyntaxError. */
export function toRegExp({ pattern, flags = "" }: PatternCondition): RegExp {
	// Neither a global nor a sticky one is wanted: they remember where the last match ended.
	return new RegExp(pattern, flags.replace(/[gy]/g, ""));
}

/** Finds conditions in an expectation whose expression cannot be compiled. */
export function checkPatterns(
	value: unknown,
	site: Site,
	report: Report,
): void {
	if (isPattern(value)) {
		try {
			toRegExp(value);
		} catch (error) {
			report.error(site.at("pattern"), {
				what: `\`pattern\` is no regular expression: ${(error as Error).message}`,
			});
		}
		return;
	}
	if (typeof value !== "object" || value === null) return;
	const keyOf = (key: string) => (Array.isArray(value) ? Number(key) : key);
	for (const [key, inner] of Object.entries(value))
		checkPatterns(inner, site.in(keyOf(key)), report);
}
