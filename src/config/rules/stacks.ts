import type { Report } from "../../finding/report.ts";
import { lineOf } from "../../finding/site.ts";
import type { RouteDraft } from "../parts/route/draft.ts";
import { outcomeOf, repliesOn } from "./effective.ts";

/** Routes by path. */
export type Stacks = ReadonlyMap<string, readonly RouteDraft[]>;

/** Groups routes by path, without those whose path is wrong. */
export function toStacks(routes: readonly RouteDraft[]): Stacks {
	const stacks = new Map<string, RouteDraft[]>();
	for (const route of routes) {
		if (route.path === undefined) continue;
		const stack = stacks.get(route.path);
		if (stack === undefined) stacks.set(route.path, [route]);
		else stack.push(route);
	}
	return stacks;
}

/** Finds duplicate names of routes. */
export function checkNames(
	routes: readonly RouteDraft[],
	report: Report,
): void {
	const names = new Map<string, RouteDraft>();
	for (const route of routes) {
		// The rule of fan-outs knows the names of targets.
		if (route.name === undefined || route.parent !== undefined) continue;
		const first = names.get(route.name);
		if (first === undefined) {
			names.set(route.name, route);
			continue;
		}
		report.error(route.site.at("name"), {
			what: `two routes have the name ${route.site.show(route.name, "name")}, the first in ${lineOf(first.site, "name")}`,
			todo: "give one of them another name",
		});
	}
}

/**
 * Finds routes of one path that disagree about what holds before the route is known: firewall,
 * signature, body limit, `limit`, `onDenied` and `onUnsigned`. A narrower level must not be a weaker door.
 */
export function checkDoors(
	stacks: Stacks,
	serverBodyLimitBytes: number | undefined,
	report: Report,
): void {
	for (const stack of stacks.values()) {
		if (stack.length < 2) continue;
		const isReplying = repliesOn(stack);
		for (const aspect of ASPECTS) {
			const view = (route: RouteDraft): string | undefined =>
				viewOf(route, aspect, { isReplying, serverBodyLimitBytes });
			const [first, ...others] = stack.filter(
				(route) => view(route) !== undefined,
			);
			if (first === undefined) continue;
			const expected = view(first);
			for (const route of others) {
				if (view(route) !== expected) {
					reportDisagreement(route, first, aspect, report);
				}
			}
		}
	}
}

// --- helpers ---

const ASPECTS = [
	"firewall",
	"signature",
	"bodyLimit",
	"limit",
	"onDenied",
	"onUnsigned",
] as const;
type Aspect = (typeof ASPECTS)[number];

/** The context of a view. */
interface View {
	/** True if a route of the path replies. */
	readonly isReplying: boolean;
	readonly serverBodyLimitBytes: number | undefined;
}

/** Returns the setting of a route for an aspect, as a string for comparison. Undefined if unknown. */
function viewOf(
	route: RouteDraft,
	aspect: Aspect,
	{ isReplying, serverBodyLimitBytes }: View,
): string | undefined {
	switch (aspect) {
		case "firewall":
			return route.firewall && [...route.firewall.names].sort().join(" ");
		case "signature":
			return route.signature?.key;
		case "bodyLimit": {
			const bytes = route.has(aspect) ? route.bodyLimit : serverBodyLimitBytes;
			return bytes === undefined ? undefined : String(bytes);
		}
		case "limit":
			return JSON.stringify(route.limit ?? null);
		case "onDenied":
		case "onUnsigned":
			return route.has(aspect)
				? outcomeOf(route, aspect, isReplying)
				: "reject";
	}
}

function reportDisagreement(
	route: RouteDraft,
	first: RouteDraft,
	aspect: Aspect,
	report: Report,
): void {
	// A value of `defaults` is shown on the route that inherits it: there it can be changed.
	const at = route.wrote(aspect)
		? route.site.at(aspect)
		: route.site.at("path");
	const other = first.wrote(aspect)
		? lineOf(first.site, aspect)
		: lineOf(first.site, "path");
	report.error(at, {
		what: `routes of one path disagree about \`${aspect}\`, here and in ${other}`,
		expected:
			"the same on all of them, because it applies before the route is known",
		todo: `write the same \`${aspect}\`, or give one of them a path of its own`,
	});
}
