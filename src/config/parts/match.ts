import type { Position } from "../../finding/finding.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { listWords } from "../../finding/suggest.ts";
import type { Condition } from "../../route/conditions/condition.ts";
import { levelOf } from "../rules/effective.ts";
import type { RouteDraft } from "./draft.ts";

/**
 * Names the field of a `match` in its short form: what the route's level goes by. The route is
 * returned as it is, with a finding, when there is not one such field.
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

/** Holds the parts of a route that say where its `match` stands. */
export type MatchSite = Pick<RouteDraft, "site" | "matchKeys" | "matchValues">;

/** Where the values of a field of a `match` stand, or those of its short form. */
export function siteOfMatch(route: MatchSite, field: string): Site {
	const site = route.site.in("match");
	return route.matchValues === undefined
		? site.in(route.matchKeys.get(field) ?? field)
		: site;
}

/** The key of a field of a `match`, or its values where no field is written. */
export function positionOfMatch(route: MatchSite, field: string): Position {
	const site = siteOfMatch(route, field);
	return route.matchValues === undefined ? site.keyAt() : site.at();
}

// --- helpers ---

const CLAIM = "claims.";

/** The fields that a level goes by; empty where nothing is known. */
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
