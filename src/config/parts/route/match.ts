import type { Position } from "../../../finding/finding.ts";
import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import { listWords } from "../../../finding/suggest.ts";
import type { Condition } from "../../../route/conditions/condition.ts";
import { levelOf } from "../../rules/effective.ts";
import type { RouteDraft } from "./draft.ts";

/**
 * Adds the field to a `match` in its short form: the field of the route's level. If there is not exactly one such field,
 * returns the route unchanged, with a finding.
 */
export function completeMatch(route: RouteDraft, report: Report): RouteDraft {
	const { matchValues } = route;
	const level = levelOf(route);
	if (matchValues === undefined || level === undefined) return route;
	const fields = fieldsOf(route, level);
	const [field] = fields;
	if (field !== undefined && fields.length === 1) {
		warnOfNumber(route, field, matchValues, report);
		return { ...route, match: new Map([[field, matchValues]]) };
	}
	// A mistyped kind has its finding, and may have such a field.
	if (route.wrote("kind") && route.kind === undefined) return route;
	const isNumber = level === "number";
	report.error(route.site.at("match"), {
		what: !isNumber
			? `nothing tells which field a \`match\` of values alone means at level \`${level}\``
			: fields.length > 1
				? `your number may be in several fields of \`${route.kind?.name}\`: ${listWords(fields, "and")}`
				: route.kind === undefined
					? "without a `kind` nothing tells which field holds your number"
					: `\`${route.kind.name}\` has no field that is known to hold your number`,
		expected: isNumber ? undefined : "level `number`, `app` or `account`",
		todo: `name it: \`match: { ${field ?? "field"}: … }\``,
	});
	return route;
}

/** The parts of a route that contain the positions of its `match`. */
export type MatchSite = Pick<RouteDraft, "site" | "matchKeys" | "matchValues">;

/** Returns the position of a field's values in a `match`, or of the values in its short form. */
export function siteOfMatch(route: MatchSite, field: string): Site {
	const site = route.site.in("match");
	return route.matchValues === undefined
		? site.in(route.matchKeys.get(field) ?? field)
		: site;
}

/** Returns the position of a field's key in a `match`, or of the values in its short form. */
export function positionOfMatch(route: MatchSite, field: string): Position {
	const site = siteOfMatch(route, field);
	return route.matchValues === undefined ? site.keyAt() : site.at();
}

// --- helpers ---

const CLAIM = "claims.";

/** Returns the fields of a level. Empty if unknown. */
function fieldsOf({ kind }: RouteDraft, level: string): readonly string[] {
	if (level === "number") return kind?.number ?? [];
	if (level === "app") return [`${CLAIM}application_id`];
	return level === "account" ? [`${CLAIM}api_key`] : [];
}

/** No API key and no application id looks like a telephone number or a user id (`US.1349…`); somebody who writes one forgot the level. */
function warnOfNumber(
	route: RouteDraft,
	field: string,
	conditions: readonly Condition[],
	report: Report,
): void {
	const values = conditions.flatMap(({ lookup }) => [
		...(lookup?.values ?? []),
	]);
	const isClaim = field.startsWith(CLAIM);
	if (
		!isClaim ||
		!values.some((value) => /^(?:\+|[A-Z]{2}\.)?\d{9,}$/.test(value))
	)
		return;
	report.warn(route.site.at("match"), {
		what: `at level \`${levelOf(route)}\` these are values of \`${field}\`, and no telephone numbers`,
		todo: "write `level: number`, or name the field that holds the number",
	});
}
