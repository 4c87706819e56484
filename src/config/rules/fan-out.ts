import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { didYouMean } from "../../finding/suggest.ts";
import { type TargetSettings, targetRouteOf } from "../handler-spec.ts";
import type { RouteDraft } from "../parts/route/draft.ts";
import { modeOf, sortOf } from "./effective.ts";

/** Checks the routes that fan out: each of their targets is written there, or is an internal route that takes the same webhooks. */
export function checkFanOut(
	routes: readonly RouteDraft[],
	report: Report,
): void {
	const byName = new Map(routes.map((route) => [route.name, route]));
	for (const route of routes) {
		const { type, settings } = route.handler ?? {};
		const targets = settings && type?.targets?.(settings);
		if (type === undefined || targets === undefined) continue;
		const site = route.handlerSite.in(type.name);
		// A reply route has a finding of its own.
		if (modeOf(route) !== "accept") continue;
		const fans = { route, site, byName, report };
		checkDuplicates(targets, fans);
		for (const target of targets)
			if (target.written === undefined) checkNamed(target, fans);
		checkSettings(targets, fans);
	}
}

// --- helpers ---

/** A route that fans out, and its surroundings. */
interface Fan {
	readonly route: RouteDraft;
	/** The position of its targets. */
	readonly site: Site;
	readonly byName: ReadonlyMap<string | undefined, RouteDraft>;
	readonly report: Report;
}

function checkDuplicates(
	targets: readonly TargetSettings[],
	{ site, report }: Fan,
): void {
	const known = new Set<string>();
	for (const { name, at } of targets) {
		if (known.has(name)) {
			report.error(site.at(at), {
				what: `two targets have the name \`${name}\``,
				todo: "take one of them out, or give it another name",
			});
		}
		known.add(name);
	}
}

/** Checks a target that is the name of a route. */
function checkNamed(
	target: TargetSettings,
	{ route, site, byName, report }: Fan,
): void {
	const at = site.at(target.at);
	const { name } = target;
	const named = byName.get(targetRouteOf(route.name ?? "", target));
	if (named === undefined) {
		const internal = [...byName.values()].flatMap((one) =>
			one.isInternal && one.parent === undefined ? (one.name ?? []) : [],
		);
		report.error(at, {
			what: `no enabled route is named \`${name}\``,
			expected: "the name of an internal route",
			todo:
				didYouMean(name, internal) ??
				"add a route with this name and without a `path`",
		});
		return;
	}
	const problem = problemOf(named, route);
	if (problem !== undefined) report.error(at, problem);
}

function problemOf(named: RouteDraft, route: RouteDraft) {
	const { name, handler, kind } = named;
	if (!named.isInternal) {
		return {
			what: `the route \`${name}\` has a \`path\`, and gets webhooks from there`,
			expected: "the name of an internal route",
			todo: "take out its `path`, or name another route",
		};
	}
	if (handler?.type.targets !== undefined) {
		return {
			what: `the route \`${name}\` fans out itself`,
			expected: "a route with another handler",
			todo: "name its targets here",
		};
	}
	if (handler?.type.isUnkept) {
		return {
			what: `the handler \`${handler.type.name}\` of the route \`${name}\` keeps nothing`,
			todo: "take the target out",
		};
	}
	const [own, other] = [sortOf(route), sortOf(named)];
	if (own === undefined || other === undefined || own === other) return;
	if (kind?.isOpen === true && named.schema === undefined) return;
	return {
		what: `the route \`${name}\` is for ${other}, and this one is for ${own}`,
		expected: "the same webhook for both",
		todo: `write the \`${route.wrote("kind") ? "kind" : "schema"}\` of this route there`,
	};
}

const SETTINGS = ["retry", "concurrency", "orderBy", "rate", "delay"] as const;

/** Warns about settings that no target takes from the route. */
function checkSettings(
	targets: readonly TargetSettings[],
	{ route, report }: Fan,
): void {
	if (targets.some(({ written }) => written !== undefined)) return;
	for (const key of SETTINGS) {
		if (!route.wrote(key)) continue;
		report.warn(route.site.keyAt(key), {
			what: `\`${key}\` has no effect here: all targets are routes with settings of their own`,
			todo: "write it on them",
		});
	}
}
