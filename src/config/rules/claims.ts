import { isRecord } from "../../event/is-record.ts";
import type { Report } from "../../finding/report.ts";
import { lineOf, type Site } from "../../finding/site.ts";
import {
	type Claimant,
	findRivals,
	type Rival,
} from "../../route/claim-index.ts";
import type { FieldValue, Match } from "../../route/conditions/condition.ts";
import type { Example } from "../../route/overlap.ts";
import { partsOf } from "../../route/rank.ts";
import type { RouteDraft } from "../parts/route/draft.ts";
import { siteOfMatch } from "../parts/route/match.ts";
import { levelOf, methodsOf, sortOf } from "./effective.ts";
import type { Stacks } from "./stacks.ts";

/**
 * Finds routes that claim the same webhooks: the same path, method, kind and level, and a `match` with the same fields
 * that matches the same webhooks at the same rank.
 */
export function checkClaims(stacks: Stacks, report: Report): void {
	for (const stack of stacks.values()) {
		if (stack.length > 1) checkStack(stack, report);
	}
}

/** Warns if every route of a kind has a `match`, because other webhooks get 404. */
export function checkUncaught(stacks: Stacks, report: Report): void {
	for (const stack of stacks.values()) {
		if (!stack.some(({ match }) => match !== undefined)) continue;
		const sorts = new Map<string, RouteDraft | "caught">();
		for (const route of stack) {
			const sort = sortOf(route);
			if (sort === undefined) continue;
			for (const method of methodsOf(route) ?? []) {
				const key = `${method} ${sort}`;
				// A `match` that could not be read has its finding, and may be meant to go.
				if (route.match === undefined) sorts.set(key, "caught");
				else if (!sorts.has(key)) sorts.set(key, route);
			}
		}
		for (const route of sorts.values()) {
			if (route !== "caught") reportUncaught(route, report);
		}
	}
}

// --- helpers ---

function checkStack(stack: readonly RouteDraft[], report: Report): void {
	const open = new Map<string, RouteDraft>();
	const groups = new Map<string, Set<Claiming>>();
	const doors = new Map<string, RouteDraft>();
	for (const route of stack) {
		const level = route.isInternal ? "" : levelOf(route);
		const sort = sortOf(route);
		if (sort === undefined) continue;
		for (const method of methodsOf(route) ?? []) {
			const first = doors.get(method);
			if (first === undefined) doors.set(method, route);
			else if ((sort === "anything") !== (sortOf(first) === "anything")) {
				reportIndistinct(route, first, report);
			}
			const { match } = route;
			// A `match` with a mistake in it may be meant to be narrower than it reads.
			const isRead = match !== undefined || !route.wrote("match");
			if (level === undefined || !isRead) continue;
			const place = JSON.stringify([method, sort, level]);
			if (match === undefined) {
				const rival = open.get(place);
				if (rival === undefined) open.set(place, route);
				else reportClaim(route, { other: rival, example: NO_VALUES }, report);
				continue;
			}
			// Routes that name other fields, or ask more of them, differ in rank or are told apart by the order of the file.
			const fields = [...match.keys()].sort();
			const key = JSON.stringify([place, fields, countOthers(match)]);
			const group = groups.get(key) ?? new Set();
			groups.set(key, group.add({ route, match }));
		}
	}
	for (const group of groups.values()) {
		for (const [{ route }, { other, example }] of findRivals([...group]))
			reportClaim(route, { other: other.route, example }, report);
	}
}

/** A route with a `match`. */
interface Claiming extends Claimant {
	readonly route: RouteDraft;
}

const NO_VALUES: Example = new Map();

function countOthers(match: Match): number {
	return [...match.values()].reduce(
		(sum, conditions) => sum + partsOf(conditions).others.length,
		0,
	);
}

function reportClaim(
	route: RouteDraft,
	{ other, example }: Rival<RouteDraft>,
	report: Report,
): void {
	const shared = [...(route.match?.keys() ?? [])].map((field) =>
		showShared(route, other, field, example.get(field)),
	);
	const common = shared.length === 0 ? "" : `, where ${shared.join(" and ")}`;
	report.error(route.site.at(), {
		what: `${showName(route)} claims the same ${route.isInternal ? "events" : "webhooks"} as ${showName(other)} (${lineOf(other.site)})${common}`,
		todo: route.isInternal
			? "give one of them another `match`, or take it out"
			: "give one of them another path, level or `match`, or take it out",
	});
}

function reportUncaught({ kind, site }: RouteDraft, report: Report): void {
	const what = kind === undefined ? "webhook" : `\`${kind.name}\``;
	report.warn(site.keyAt("match"), {
		what: `every route for a ${what} on this path has a \`match\`, so a webhook that matches none of them gets 404`,
		todo: "add a route without `match` at a wider level",
	});
}

function showShared(
	route: RouteDraft,
	rival: RouteDraft,
	field: string,
	value: FieldValue,
): string {
	if (value === undefined) {
		const isPattern = !fitsMissing(route, field);
		return `\`${field}\` ${isPattern ? "has the same condition" : "is missing"}`;
	}
	if (typeof value !== "string") return `\`${field}\` is an object or a list`;
	const sites = [siteOfMatch(route, field), siteOfMatch(rival, field)];
	const isHidden = sites.some((site) => mayTell(site, value));
	return `\`${field}\` is ${isHidden ? "the same" : JSON.stringify(value)}`;
}

function fitsMissing(route: RouteDraft, field: string): boolean {
	return (route.match?.get(field) ?? []).every((one) => one.fits(undefined));
}

/** Returns true if a value is, or contains, a value from the environment or a file. */
function mayTell(site: Site, value: string): boolean {
	const { value: written } = site;
	if (Array.isArray(written)) {
		const index = written.indexOf(value);
		if (index !== -1) return site.isSecret(index);
		return written.some((_, at) => site.isSecret(at));
	}
	if (!isRecord(written)) return site.isSecret();
	return Object.keys(written).some((key) => mayTell(site.in(key), value));
}

function reportIndistinct(
	route: RouteDraft,
	first: RouteDraft,
	report: Report,
): void {
	report.error(route.site.at(), {
		what: `${showName(route)} has the path and a method of ${showName(first)} (${lineOf(first.site)}), but only one of them has a kind or schema`,
		expected: "a path of its own for a route without kind and schema",
		todo: "give one of them another path",
	});
}

function showName({ site, name }: RouteDraft): string {
	return name === undefined ? "the route" : site.show(name, "name");
}
