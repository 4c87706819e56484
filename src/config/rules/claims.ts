import type { Report } from "../../finding/report.ts";
import { lineOf } from "../../finding/site.ts";
import type { RouteDraft } from "../parts/draft.ts";
import { siteOfMatch } from "../parts/match.ts";
import { levelOf, methodsOf, sortOf } from "./effective.ts";
import type { Stacks } from "./stacks.ts";

/**
 * Finds routes that claim the same webhooks: same path, method, kind and level, and a `match` that
 * fits the same payloads. Indexed by value, so that 100,000 of them cost what they are.
 */
export function checkClaims(stacks: Stacks, report: Report): void {
	for (const stack of stacks.values()) {
		if (stack.length > 1) checkStack(stack, report);
	}
}

/** Warns where every route of a kind has a `match`, so that what fits none is answered 404. */
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
	const claims = new Map<string, Claims>();
	const doors = new Map<string, RouteDraft>();
	for (const route of stack) {
		const level = levelOf(route);
		const sort = sortOf(route);
		if (sort === undefined) continue;
		for (const method of methodsOf(route) ?? []) {
			const first = doors.get(method);
			if (first === undefined) doors.set(method, route);
			else if ((sort === "anything") !== (sortOf(first) === "anything")) {
				reportIndistinct(route, first, report);
			}
			// A `match` with a mistake in it may be meant to be narrower than it reads.
			const isRead = route.match !== undefined || !route.wrote("match");
			if (level === undefined || !isRead) continue;
			const fields = [...(route.match?.keys() ?? [])].sort();
			const key = JSON.stringify([method, sort, level, fields]);
			let claim = claims.get(key);
			if (claim === undefined) {
				claim = createClaims(fields);
				claims.set(key, claim);
			}
			const rival = claim.add(route);
			if (rival !== undefined) reportClaim(route, rival, report);
		}
	}
}

interface Claims {
	/** Adds a route; returns an earlier one that fits the same payload. */
	add(route: RouteDraft): RouteDraft | undefined;
}

function createClaims(fields: readonly string[]): Claims {
	const byValue = fields.map(() => new Map<string, RouteDraft[]>());
	let open: RouteDraft | undefined;
	return {
		add(route) {
			if (fields.length === 0) {
				const rival = open;
				open ??= route;
				return rival;
			}
			const candidates = fewestSharing(route, fields, byValue);
			const rival = candidates.find((other) =>
				fields.every((field) => sharedValue(route, other, field) !== undefined),
			);
			for (const [index, field] of fields.entries()) {
				for (const value of valuesOf(route, field)) {
					const known = byValue[index]?.get(value);
					if (known === undefined) byValue[index]?.set(value, [route]);
					else known.push(route);
				}
			}
			return rival;
		},
	};
}

/** The earlier routes that share a value of the field that the fewest share: the least to compare. */
function fewestSharing(
	route: RouteDraft,
	fields: readonly string[],
	byValue: readonly ReadonlyMap<string, readonly RouteDraft[]>[],
): readonly RouteDraft[] {
	let fewest: readonly (readonly RouteDraft[])[] = [];
	let least = Number.POSITIVE_INFINITY;
	for (const [index, field] of fields.entries()) {
		const sharing = valuesOf(route, field).map(
			(value) => byValue[index]?.get(value) ?? [],
		);
		const count = sharing.reduce((sum, { length }) => sum + length, 0);
		if (count < least) {
			fewest = sharing;
			least = count;
		}
	}
	return fewest.flat();
}

function valuesOf(route: RouteDraft, field: string): readonly string[] {
	return route.match?.get(field) ?? [];
}

function sharedValue(
	a: RouteDraft,
	b: RouteDraft,
	field: string,
): string | undefined {
	const values = new Set(valuesOf(a, field));
	return valuesOf(b, field).find((value) => values.has(value));
}

function reportClaim(
	route: RouteDraft,
	rival: RouteDraft,
	report: Report,
): void {
	const fields = [...(route.match?.keys() ?? [])];
	const shared = fields.map((field) => showShared(route, rival, field));
	const common = shared.length === 0 ? "" : `, where ${shared.join(" and ")}`;
	report.error(route.site.at(), {
		what: `${showName(route)} claims the same webhooks as ${showName(rival)} (${lineOf(rival.site)})${common}`,
		todo: "give one of them another path, level or `match`, or take it out",
	});
}

function reportUncaught({ kind, site }: RouteDraft, report: Report): void {
	const what = kind === undefined ? "webhook" : `\`${kind.name}\``;
	report.warn(site.keyAt("match"), {
		what: `every route for a ${what} on this path has a \`match\`: what fits none is answered 404`,
		todo: "add a route of a wider level without `match`",
	});
}

function showShared(
	route: RouteDraft,
	rival: RouteDraft,
	field: string,
): string {
	const value = sharedValue(route, rival, field);
	const index = valuesOf(route, field).indexOf(value ?? "");
	const site = siteOfMatch(route, field);
	// One text and a list of one look the same once they are read.
	const isHidden = site.isSecret() || site.isSecret(index);
	return `\`${field}\` is ${isHidden ? "the same" : site.show(value)}`;
}

function reportIndistinct(
	route: RouteDraft,
	first: RouteDraft,
	report: Report,
): void {
	report.error(route.site.at(), {
		what: `${showName(route)} has the path and a method of ${showName(first)} (${lineOf(first.site)}), but only one of them has a kind or schema`,
		expected: "a route without kind and schema alone on its path",
		todo: "give one of them another path",
	});
}

function showName({ site, name }: RouteDraft): string {
	return name === undefined ? "the route" : site.show(name, "name");
}
