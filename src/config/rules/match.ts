import type { Finding } from "../../finding/finding.ts";
import { createReport, type Report } from "../../finding/report.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import { NONE } from "../../gate/schemes/none.ts";
import { type FieldFacts, findField } from "../../kind/field-facts.ts";
import type { Kind } from "../../kind/kind.ts";
import type { Condition } from "../../route/conditions/condition.ts";
import { parseField } from "../../route/field.ts";
import type { Table } from "../../table/table.ts";
import { toList } from "../parts/authored/authored.ts";
import type { RouteDraft } from "../parts/route/draft.ts";
import {
	type MatchSite,
	positionOfMatch,
	siteOfMatch,
} from "../parts/route/match.ts";
import { checkSource, suggestField } from "./fields.ts";
import { checkNumbers } from "./numbers.ts";

/** The context of the rule. */
export interface MatchSurroundings {
	readonly tables: ReadonlyMap<string, Table>;
	/** The request headers, in lower case, that contain a proof in some signature scheme. */
	readonly secretHeaders: ReadonlySet<string>;
	readonly report: Report;
}

/** Checks that the conditions of a `match` can match. */
export function checkMatch(
	route: RouteDraft,
	surroundings: MatchSurroundings,
): void {
	const { tables, report } = surroundings;
	// What narrows an open kind is read later, and then checked against both.
	const isNarrowed = route.kind?.isOpen === true && route.schema !== undefined;
	for (const [field, conditions] of route.match ?? []) {
		const { source, path } = parseField(field);
		noteEmptyTables(route, field, conditions, report);
		// An internal route has a finding for it.
		if (source !== "payload" && route.isInternal) continue;
		if (source === "claims") {
			if (checkClaim(route, field, path, report))
				checkAccepted(route, field, path, conditions, report);
			continue;
		}
		if (source !== "payload") {
			const at = positionOfMatch(route, field);
			checkSource({ field, at, key: "match" }, route, surroundings);
			continue;
		}
		if (route.kind !== undefined && !isNarrowed)
			checkPayloadField(route, field, route.kind, report);
		const site = siteOfMatch(route, field);
		checkNumbers(route, field, { site, tables, report });
	}
}

/** The parts of a route that matter for its `match`. */
export type WithMatch = MatchSite & Pick<RouteDraft, "match">;

/** Checks a `match` against a user's schema, which is read after the configuration. */
export function checkMatchAgainst(
	kind: Kind,
	route: WithMatch,
): readonly Finding[] {
	const report = createReport();
	for (const field of route.match?.keys() ?? []) {
		if (parseField(field).source === "payload")
			checkPayloadField(route, field, kind, report);
	}
	return report.list([]);
}

// --- helpers ---

/** Warns about a field that the kind does not have, and about conditions that never match. */
function checkPayloadField(
	route: WithMatch,
	field: string,
	kind: Kind,
	report: Report,
): void {
	const facts = findField(kind.schema, field);
	const { orderBy, dedupe, number } = kind;
	const own = [...orderBy, ...dedupe.flat(), ...number];
	if (facts === undefined && !own.includes(field)) {
		report.warn(positionOfMatch(route, field), {
			what: `\`${kind.name}\` has no field \`${field}\` that is known, so this may never match`,
			todo: suggestField(field, kind),
		});
	}
	if (facts === undefined) return;
	const conditions = route.match?.get(field) ?? [];
	checkConditions(route, field, conditions, facts, report);
}

/** Warns about conditions that no value of the field matches. */
function checkConditions(
	route: MatchSite,
	field: string,
	conditions: readonly Condition[],
	facts: FieldFacts,
	report: Report,
): void {
	for (const condition of conditions) {
		const misfit = condition.misfit?.(facts);
		if (misfit === undefined) continue;
		const { why, expected, todo, text } = misfit;
		const site = siteOfMatch(route, field);
		const at = siteOfText(route, field, text);
		const isHidden = at.isSecret() || site.isSecret();
		report.warn(at.at(), {
			what: isHidden
				? `a condition on \`${field}\` never matches`
				: `this may never match: \`${field}\` ${why}`,
			expected,
			todo: isHidden ? undefined : todo,
		});
	}
}

/** Returns the position of one string of a condition in its short form, else that of the whole condition. */
function siteOfText(route: MatchSite, field: string, text?: string) {
	const site = siteOfMatch(route, field);
	const { value } = site;
	const index = Array.isArray(value) ? value.indexOf(text) : -1;
	return index === -1 ? site : site.in(index);
}

/** Returns true if a scheme of the route's signature proves the claim. */
function checkClaim(
	route: RouteDraft,
	field: string,
	claim: string,
	report: Report,
): boolean {
	const schemes = route.signature?.schemes;
	if (schemes === undefined) return false;
	const at = positionOfMatch(route, field);
	const proving = schemes.filter(({ claims }) => claims.proves(claim));
	if (proving.length === 0) {
		const other = schemes.find(({ claims }) => claims.documented.length > 0);
		const why = schemes.includes(NONE)
			? "without a signature there are no claims"
			: other === undefined
				? `${listWords(schemes.map(({ scheme }) => scheme.name))} proves no claims`
				: `\`${other.scheme.name}\` proves no claim but ${listWords(other.claims.documented, "and")}`;
		report.error(at, {
			what: `\`${field}\` never matches: ${why}`,
			todo: "write a `vonage-jwt` signature if the platform signs that way, or match a field of the payload",
		});
		return false;
	}
	const known = proving.flatMap(({ claims }) => claims.documented);
	if (!known.includes(claim)) {
		report.warn(at, {
			what: `\`${claim}\` is not one of the claims that the ${proving.some(({ scheme }) => scheme.isPlatform) ? "platform" : "sender"} documents, so this may never match`,
			todo: didYouMean(claim, known),
		});
	}
	return true;
}

/** Warns about a condition that no value admitted by the signature matches. */
function checkAccepted(
	route: RouteDraft,
	field: string,
	claim: string,
	conditions: readonly Condition[],
	report: Report,
): void {
	const accepted = (route.signature?.schemes ?? [])
		.filter(({ claims }) => claims.proves(claim))
		.map(({ claims }) => claims.accepted(claim));
	if (accepted.some((list) => list === undefined)) return;
	const known = new Set(accepted.flatMap((list) => list ?? []));
	const site = siteOfMatch(route, field);
	const { value } = site;
	const texts =
		typeof value === "string" || Array.isArray(value) ? toList(value) : [];
	const fits = (text: string) =>
		conditions.every((condition) => condition.fits(text));
	const isPossible = [...known].some(fits);
	const strange = conditions.flatMap(({ lookup }) =>
		[...(lookup?.values ?? [])].filter((text) => !known.has(text)),
	);
	if (isPossible && strange.length === 0) return;
	const isShown = strange.length === 1 && texts.length === 1;
	report.warn(site.at(), {
		what: `${isShown ? site.show(strange[0]) : "a value"} never matches: the signature accepts no such \`${claim}\``,
		todo: "correct it, or add it to the signature",
	});
}

/** Notes a table that has its columns and no row. One with a mistake has neither, and a finding of its own. */
function noteEmptyTables(
	route: RouteDraft,
	field: string,
	conditions: readonly Condition[],
	report: Report,
): void {
	for (const { lookup } of conditions) {
		const table = lookup?.table;
		if (table === undefined || table.rows.size > 0 || table.columns.size === 0)
			continue;
		report.note(siteOfMatch(route, field).in("in").at(), {
			what: `the table \`${table.name}\` has no rows, so this never matches`,
			todo: "add a row, and reload",
		});
	}
}
