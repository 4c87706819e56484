import type { PlannedRoute } from "./routes.ts";
import { closeness } from "./routes.ts";

/** A URL that routes want in a setting. */
export interface Wish {
	readonly url: string;
	/** The methods that all of the routes take. */
	readonly methods: readonly string[];
	readonly routes: readonly PlannedRoute[];
}

/** Groups routes by the URL that they want. Several are a conflict, as a setting takes one. */
export function toWishes(routes: readonly PlannedRoute[]): readonly Wish[] {
	const byUrl = new Map<string, PlannedRoute[]>();
	for (const route of routes) {
		const known = byUrl.get(route.url);
		if (known === undefined) byUrl.set(route.url, [route]);
		else known.push(route);
	}
	return [...byUrl].map(([url, group]) => ({
		url,
		methods: commonMethods(group),
		routes: group,
	}));
}

/** Of routes that take a number, those whose `match` names it most closely. */
export function closest(
	routes: readonly PlannedRoute[],
	msisdn: string,
): readonly PlannedRoute[] {
	let best = -1;
	let found: PlannedRoute[] = [];
	for (const route of routes) {
		const value = closeness(route, msisdn);
		if (value > best) {
			best = value;
			found = [];
		}
		if (value === best) found.push(route);
	}
	return found;
}

// --- helpers ---

/** Routes of a path may take different methods; where they have none in common, those of the first count. */
function commonMethods(routes: readonly PlannedRoute[]): readonly string[] {
	const [first, ...others] = routes;
	const all = first?.methods ?? [];
	const common = all.filter((method) =>
		others.every(({ methods }) => methods.includes(method)),
	);
	return common.length > 0 ? common : all;
}
