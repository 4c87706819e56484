import { isRecord } from "../../event/is-record.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import {
	compileLinear,
	type LinearPattern,
} from "../../kind/linear-pattern.ts";
import { wordPatternFault } from "../../kind/pattern-words.ts";

/** A condition on a string: a regular expression and its flags. */
export interface PatternCondition {
	readonly pattern: string;
	readonly flags?: string;
}

/** The keys of a mapping that is a condition on a value, and no mapping to compare with. */
const CONDITIONS: ReadonlySet<string> = new Set([
	"pattern",
	"flags",
	"contains",
	"not",
	"exists",
	"gt",
	"gte",
	"lt",
	"lte",
]);

/** True for a mapping of nothing but conditions, such as `{ pattern: "^a", not: { contains: b } }`. */
export function isConditions(
	value: unknown,
): value is Readonly<Record<string, unknown>> {
	if (!isRecord(value)) return false;
	const keys = Object.keys(value);
	return keys.length > 0 && keys.every((key) => CONDITIONS.has(key));
}

/** True where a mapping of conditions has an expression, and its flags are text. */
export function hasPattern(
	value: Readonly<Record<string, unknown>>,
): value is Readonly<Record<string, unknown>> & PatternCondition {
	const { pattern, flags = "" } = value;
	return typeof pattern === "string" && typeof flags === "string";
}

/** Compiles the expression of a condition, for the engine of `match`. Throws SyntaxError and NotLinearError. */
export function compileCondition({
	pattern,
	flags = "",
}: PatternCondition): LinearPattern {
	return compileLinear(pattern, flags);
}

/** Finds conditions in an expectation whose expression cannot be compiled. */
export function checkPatterns(
	value: unknown,
	site: Site,
	report: Report,
): void {
	if (isConditions(value) && hasPattern(value)) {
		checkPattern(value, site, report);
	}
	if (typeof value !== "object" || value === null) return;
	const keyOf = (key: string) => (Array.isArray(value) ? Number(key) : key);
	for (const [key, inner] of Object.entries(value))
		checkPatterns(inner, site.in(keyOf(key)), report);
}

// --- helpers ---

function checkPattern(
	condition: PatternCondition,
	site: Site,
	report: Report,
): void {
	const { pattern, flags = "" } = condition;
	if (!/^[ims]*$/.test(flags)) {
		report.error(site.at("flags"), {
			what: `\`flags\` is ${site.show(flags, "flags")}`,
			expected: "`i`, `m`, `s` or several of them",
		});
		return;
	}
	try {
		compileCondition(condition);
	} catch (error) {
		const at = site.in("pattern");
		const shown = { shown: at.show(pattern), isHidden: at.isSecret() };
		const wording = wordPatternFault(error, pattern, shown);
		if (wording === undefined) throw error;
		report.error(site.at("pattern"), wording);
	}
}
