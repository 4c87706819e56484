import type { Report } from "../../finding/report.ts";
import type { Place } from "../../finding/site.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import type { SignatureSettings } from "../../gate/signature-settings.ts";
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
	report.error(route.place.at("match"), {
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
export function placeOfMatch(route: RouteDraft, field: string): Place {
	const place = route.place.in("match");
	return route.matchValues === undefined ? place.in(field) : place;
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
			checkNumbers(route, field, placeOfMatch(route, field), report);
		}
	}
}

// --- helpers ---

const CLAIM = "claims.";

/** Claims of the platform's tokens (Vonage guide to signed webhooks; RFC 7519 section 4.1). */
const KNOWN_CLAIMS = [
	"api_key",
	"application_id",
	"iss",
	"iat",
	"jti",
	"payload_hash",
	"sub",
	"aud",
	"exp",
	"nbf",
];

/** What a level goes by; empty where nothing is known. */
function fieldsOf({ kind }: RouteDraft, level: string): readonly string[] {
	if (level === "number") return kind?.number ?? [];
	if (level === "app") return [`${CLAIM}application_id`];
	return level === "account" ? [`${CLAIM}api_key`] : [];
}

/** No API key and no application id looks like a telephone number; whoever writes one forgot the level. */
function warnOfNumber(
	route: RouteDraft,
	field: string,
	values: readonly string[],
	report: Report,
): void {
	const isClaim = field.startsWith(CLAIM);
	if (!isClaim || !values.some((value) => /^\+?\d{9,}$/.test(value))) return;
	report.warn(route.place.at("match"), {
		what: `at level \`${levelOf(route)}\` these are values of \`${field}\`, and no telephone numbers`,
		todo: "write `level: number`, or name the field that holds the number",
	});
}

/** The key of a field, or the values where no field is written. */
function positionOf(route: RouteDraft, field: string) {
	const place = placeOfMatch(route, field);
	return route.matchValues === undefined ? place.keyAt() : place.at();
}

function checkField(route: RouteDraft, field: string, report: Report): void {
	const { properties } = route.kind?.schema ?? {};
	if (typeof properties !== "object" || properties === null) return;
	const fields = Object.keys(properties);
	if (fields.includes(field)) return;
	report.warn(positionOf(route, field), {
		what: `\`${route.kind?.name}\` has no field \`${field}\` that is known, so that this may never fit`,
		todo: didYouMean(field, fields),
	});
}

/** True when some scheme of the route's signature proves the claim. */
function checkClaim(route: RouteDraft, claim: string, report: Report): boolean {
	const schemes = route.signature?.settings;
	if (schemes === undefined) return false;
	const field = `${CLAIM}${claim}`;
	const at = positionOf(route, field);
	if (!schemes.some((scheme) => proves(scheme, claim))) {
		const names = schemes.map(({ scheme }) => scheme);
		report.error(at, {
			what: names.includes("none")
				? `\`${field}\` never fits: without a signature there are no claims`
				: names.includes("vonage-sig")
					? `\`${field}\` never fits: \`vonage-sig\` proves no claim but \`api_key\``
					: `\`${field}\` never fits: ${listWords(names)} proves no claims`,
			todo: "write a `vonage-jwt` signature where the platform signs so, else match a field of the payload",
		});
		return false;
	}
	if (!KNOWN_CLAIMS.includes(claim)) {
		report.warn(at, {
			what: `\`${claim}\` is none of the claims that the platform documents, so that this may never fit`,
			todo: didYouMean(claim, KNOWN_CLAIMS),
		});
	}
	return true;
}

function proves({ scheme }: SignatureSettings, claim: string): boolean {
	return (
		scheme === "vonage-jwt" || (scheme === "vonage-sig" && claim === "api_key")
	);
}

/** Warns of a value that the signature itself never lets in. */
function checkValues(
	route: RouteDraft,
	claim: string,
	values: readonly string[],
	report: Report,
): void {
	const schemes = (route.signature?.settings ?? []).filter((scheme) =>
		proves(scheme, claim),
	);
	const accepted = schemes.map((scheme) => acceptedBy(scheme, claim));
	if (accepted.some((list) => list === undefined)) return;
	const known = new Set(accepted.flatMap((list) => list ?? []));
	const strange = values.filter((value) => !known.has(value));
	if (strange.length === 0) return;
	const field = `${CLAIM}${claim}`;
	const place = placeOfMatch(route, field);
	const isShown = strange.length === 1 && values.length === 1;
	report.warn(place.at(), {
		what: `${isShown ? place.show(strange[0]) : "a value"} never fits: the signature lets in no such \`${claim}\``,
		todo: "correct it, or add it to the signature",
	});
}

/** The values of a claim that a scheme lets in; undefined for all. */
function acceptedBy(
	settings: SignatureSettings,
	claim: string,
): readonly string[] | undefined {
	if (settings.scheme !== "vonage-jwt") return undefined;
	if (claim === "application_id") return settings.applications;
	const { secrets } = settings;
	const isByKey = claim === "api_key" && secrets instanceof Map;
	return isByKey ? [...secrets.keys()] : undefined;
}
