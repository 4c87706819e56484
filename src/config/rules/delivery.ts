import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { findField } from "../../kind/field-facts.ts";
import type { Kind } from "../../kind/kind.ts";
import { parseField } from "../../route/field.ts";
import { DELIVERY_KEYS } from "../parts/route/delivery.ts";
import type { DefaultsDraft, RouteDraft } from "../parts/route/draft.ts";
import { modeOf } from "./effective.ts";
import { checkSource, type FieldSurroundings, suggestField } from "./fields.ts";

/**
 * Checks the delivery settings: that they have an effect, and that the fields of `orderBy` and `dedupe` exist.
 *
 * @param isKept false if events are not stored, so nothing is delivered later.
 */
export function checkDelivery(
	routes: readonly RouteDraft[],
	defaults: DefaultsDraft,
	isKept: boolean,
	surroundings: FieldSurroundings,
): void {
	const { report } = surroundings;
	if (!isKept) warnOfNone(defaults, report);
	for (const route of routes) {
		const mode = modeOf(route);
		if (route.handler?.type.isUnkept) warnOfUnkept(route, report);
		else if (mode === "reply") warnOfReply(route, report);
		else if (!isKept) warnOfNone(route, report);
		else if (mode === "accept") checkFields(route, surroundings);
	}
}

// --- helpers ---

function warnOfUnkept(
	{ site, wrote, handler }: RouteDraft,
	report: Report,
): void {
	for (const key of DELIVERY_KEYS) {
		if (!wrote(key)) continue;
		report.warn(site.keyAt(key), {
			what: `\`${key}\` has no effect here: \`${handler?.type.name}\` keeps nothing`,
			todo: "take it out",
		});
	}
}

function warnOfReply({ site, wrote }: RouteDraft, report: Report): void {
	for (const key of DELIVERY_KEYS) {
		if (!wrote(key)) continue;
		report.warn(site.keyAt(key), {
			what: `\`${key}\` has no effect here: a reply route answers once, within the request`,
			todo: "take it out",
		});
	}
}

function warnOfNone(
	{ site, wrote }: Pick<RouteDraft, "site" | "wrote">,
	report: Report,
): void {
	for (const key of DELIVERY_KEYS) {
		if (!wrote(key)) continue;
		report.warn(site.keyAt(key), {
			what: `\`${key}\` has no effect: with \`store: none\` each handler runs once, within the request`,
			todo: "take it out, or write an `inbox.store`",
		});
	}
}

type FieldsKey = "orderBy" | "dedupe";

function checkFields(route: RouteDraft, surroundings: FieldSurroundings): void {
	const { report } = surroundings;
	for (const key of ["orderBy", "dedupe"] as const) {
		const fields = route[key];
		if (fields === undefined) continue;
		const { kind } = route;
		if (fields === true) {
			// One of `defaults` takes what there is; a mistyped kind has its finding.
			if (!route.wrote(key)) continue;
			if (!route.wrote("kind")) reportNoKind(route, key, report);
			else if (kind?.[key].length === 0)
				warnOfNoFields(kind, route, report, key);
			continue;
		}
		const isLong = key === "orderBy" && route.stepAside !== undefined;
		const site = route.siteOf(key);
		const names = namesOf(fields, isLong ? site.in("by") : site);
		for (const { field, at } of names) {
			const { source } = parseField(field);
			// Each route that takes it from `defaults` has a door of its own, and a note is told once.
			if (source !== "payload")
				checkSource({ field, at: at.at(), key }, route, surroundings);
			else if (kind !== undefined) checkName(field, at, kind, report);
		}
	}
}

/** A field as written, and its position. */
interface Name {
	readonly field: string;
	readonly at: Site;
}

function namesOf(fields: readonly string[], site: Site): readonly Name[] {
	return fields.map((field, index) => ({
		field,
		// One text and a list of one look the same once they are read.
		at: site.isSecret() ? site : site.in(index),
	}));
}

function reportNoKind(
	{ site }: RouteDraft,
	key: FieldsKey,
	report: Report,
): void {
	const instead =
		key === "dedupe"
			? ", or take it out to use those of the schema's `webhook`"
			: "";
	report.error(site.at(key), {
		what: `\`${key}: true\` takes the fields of a kind, and this route has none`,
		todo: `name the fields, such as \`${key}: [id]\`${instead}`,
	});
}

function warnOfNoFields(
	{ name }: Kind,
	{ site }: RouteDraft,
	report: Report,
	key: FieldsKey,
): void {
	report.warn(site.at(key), {
		what:
			key === "orderBy"
				? `no fields of \`${name}\` are known to identify related events, so no order is kept`
				: `no fields of \`${name}\` are known to identify an event, so every webhook counts as new`,
		todo: `name them: \`${key}: [field]\``,
	});
}

function checkName(field: string, at: Site, kind: Kind, report: Report): void {
	const { name, schema, orderBy, dedupe, isOpen } = kind;
	// The fields of an open kind are the user's.
	if (isOpen === true) return;
	const own = [...orderBy, ...dedupe.flat()];
	if (own.includes(field) || findField(schema, field) !== undefined) return;
	report.warn(at.at(), {
		what: `the schema of \`${name}\` has no field ${at.show(field)}, so the field may never be present`,
		todo: at.isSecret() ? undefined : suggestField(field, kind),
	});
}
