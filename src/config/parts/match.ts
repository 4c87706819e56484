import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import { NONE } from "../../gate/schemes/none.ts";
import { levelOf } from "../rules/effective.ts";
import { checkNumbers } from "../rules/numbers.ts";
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

/** Where the values of a field of a `match` stand, or those of its short form. */
export function siteOfMatch(route: RouteDraft, field: string): Site {
	const site = route.site.in("match");
	return route.matchValues === undefined ? site.in(field) : site;
}

/** Checks that what a `match` names can ever fit. */
export function checkMatch(route: RouteDraft, report: Report): void {
	for (const [field, values] of route.match ?? []) {
		if (field.startsWith(CLAIM)) {
			const claim = field.slice(CLAIM.length);
			if (checkClaim(route, claim, report)) {
				checkValues(route, claim, values, report);
			}
		} else {
			checkField(route, field, report);
			checkNumbers(route, field, siteOfMatch(route, field), report);
		}
	}
}

// --- helpers ---

const CLAIM = "claims.";

/** The fields that a level goes by; empty where nothing is known. */
function fieldsOf({ kind }: RouteDraft, level: string): readonly string[] {
	if (level === "number") return kind?.number ?? [];
	if (level === "app") return [`${CLAIM}application_id`];
	return level === "account" ? [`${CLAIM}api_key`] : [];
}

/** No API key and no application id looks like a telephone number; somebody who writes one forgot the level. */
function warnOfNumber(
	route: RouteDraft,
	field: string,
	values: readonly string[],
	report: Report,
): void {
	const isClaim = field.startsWith(CLAIM);
	if (!isClaim || !values.some((value) => /^\+?\d{9,}$/.test(value))) return;
	report.warn(route.site.at("match"), {
		what: `at level \`${levelOf(route)}\` these are values of \`${field}\`, and no telephone numbers`,
		todo: "write `level: number`, or name the field that holds the number",
	});
}

/** The key of a field, or the values where no field is written. */
function positionOf(route: RouteDraft, field: string) {
	const site = siteOfMatch(route, field);
	return route.matchValues === undefined ? site.keyAt() : site.at();
}

function checkField(route: RouteDraft, field: string, report: Report): void {
	const { properties } = route.kind?.schema ?? {};
	if (typeof properties !== "object" || properties === null) return;
	const fields = Object.keys(properties);
	if (fields.includes(field)) return;
	report.warn(positionOf(route, field), {
		what: `\`${route.kind?.name}\` has no field \`${field}\` in its schema, so this may never match`,
		todo: didYouMean(field, fields),
	});
}

/** True when some scheme of the route's signature proves the claim. */
function checkClaim(route: RouteDraft, claim: string, report: Report): boolean {
	const schemes = route.signature?.schemes;
	if (schemes === undefined) return false;
	const field = `${CLAIM}${claim}`;
	const at = positionOf(route, field);
	const proving = schemes.filter(({ claims }) => claims.proves(claim));
	if (proving.length === 0) {
		const other = schemes.find(({ claims }) => claims.documented.length > 0);
		const why = schemes.includes(NONE)
			? "without a signature there are no claims"
			: other === undefined
				? `${listWords(schemes.map(({ scheme }) => scheme.name))} proves no claims`
				: `\`${other.scheme.name}\` proves no claim but ${listWords(other.claims.documented, "and")}`;
		report.error(at, {
			what: `\`${field}\` never fits: ${why}`,
			todo: "write a `vonage-jwt` signature where the platform signs so, else match a field of the payload",
		});
		return false;
	}
	const known = proving.flatMap(({ claims }) => claims.documented);
	if (!known.includes(claim)) {
		report.warn(at, {
			what: `\`${claim}\` is none of the claims that the ${proving.some(({ scheme }) => scheme.isPlatform) ? "platform" : "sender"} documents, so this may never match`,
			todo: didYouMean(claim, known),
		});
	}
	return true;
}

/** Warns of a value that the signature itself never lets in. */
function checkValues(
	route: RouteDraft,
	claim: string,
	values: readonly string[],
	report: Report,
): void {
	const accepted = (route.signature?.schemes ?? [])
		.filter(({ claims }) => claims.proves(claim))
		.map(({ claims }) => claims.accepted(claim));
	if (accepted.some((list) => list === undefined)) return;
	const known = new Set(accepted.flatMap((list) => list ?? []));
	const strange = values.filter((value) => !known.has(value));
	if (strange.length === 0) return;
	const field = `${CLAIM}${claim}`;
	const site = siteOfMatch(route, field);
	const isShown = strange.length === 1 && values.length === 1;
	report.warn(site.at(), {
		what: `${isShown ? site.show(strange[0]) : "a value"} never fits: the signature lets in no such \`${claim}\``,
		todo: "correct it, or add it to the signature",
	});
}
