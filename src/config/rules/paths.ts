import type { Report } from "../../finding/report.ts";
import { lineOf } from "../../finding/site.ts";
import type { RouteDraft } from "../parts/route/draft.ts";
import { shapeOf } from "../parts/route/path.ts";
import { addPattern, createPatternTree, findOverlaps } from "./overlaps.ts";

/** Finds paths that differ only in spelling, and patterns that match the same request without either being more specific. */
export function checkPaths(
	routes: readonly RouteDraft[],
	report: Report,
): void {
	const spellings = new Map<string, RouteDraft>();
	const root = createPatternTree<RouteDraft>();
	for (const route of routes) {
		const { path } = route;
		if (path === undefined) continue;
		const shape = shapeOf(path);
		const folded = shape.toLowerCase();
		const first = spellings.get(folded);
		if (first === undefined) {
			spellings.set(folded, route);
			if (shape !== path) addPattern(root, shape, route);
		} else if (first.path !== path) {
			reportSpelling(route, first, shape, report);
		}
	}
	let count = 0;
	for (const { left, right, example } of findOverlaps(root)) {
		const [earlier, later] = order(left, right, routes);
		const isHidden = isSecret(left) || isSecret(right);
		report.warn(later.site.at("path"), {
			what: `${showPath(later)} and ${showPath(earlier)} (${lineOf(earlier.site, "path")}) both match ${isHidden ? "some paths" : `\`${example}\``}; the earlier literal segment wins`,
			todo: "give one of them a path of its own if that is not what you mean",
		});
		count += 1;
		if (count === OVERLAPS_SHOWN) break;
	}
}

// --- helpers ---

/** The maximum number of listed pairs. Thousands of patterns can overlap in millions of pairs. */
const OVERLAPS_SHOWN = 100;

function reportSpelling(
	route: RouteDraft,
	first: RouteDraft,
	shape: string,
	report: Report,
): void {
	const isSameShape = first.path !== undefined && shapeOf(first.path) === shape;
	report.error(route.site.at("path"), {
		what: isSameShape
			? `${showPath(route)} matches the same requests as ${showPath(first)} (${lineOf(first.site, "path")})`
			: `${showPath(route)} differs from ${showPath(first)} (${lineOf(first.site, "path")}) only by case`,
		todo: isSameShape
			? "give its segments the same names"
			: "spell both the same, or give one a path of its own",
	});
}

function order(
	a: RouteDraft,
	b: RouteDraft,
	routes: readonly RouteDraft[],
): [RouteDraft, RouteDraft] {
	return routes.indexOf(a) <= routes.indexOf(b) ? [a, b] : [b, a];
}

function showPath(route: RouteDraft): string {
	return route.site.show(route.path, "path");
}

function isSecret({ site }: RouteDraft): boolean {
	return site.isSecret("path");
}
