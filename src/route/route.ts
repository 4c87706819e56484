import { LEVELS, type Level } from "../event/webhook.ts";
import type { Kind } from "../kind/kind.ts";
import type { Match } from "./conditions/condition.ts";

/** A route, as far as its selection needs it. The runtime adds the handlers. */
export interface Route {
	readonly name: string;
	/** Literal segments and `:name` segments, with a leading slash. Undefined for an internal route, which no request reaches. */
	readonly path: string | undefined;
	readonly methods: readonly string[];
	readonly kind: Kind;
	/** Undefined for an internal route. */
	readonly level: Level | undefined;
	/** Undefined matches every webhook. */
	readonly match: Match | undefined;
}

/** Returns false for an internal route: it has no path, and no request reaches it. */
export function hasPath<R extends { readonly path: string | undefined }>(
	route: R,
): route is R & { readonly path: string } {
	return route.path !== undefined;
}

/** Returns the place of a level, from the widest to the narrowest. An internal route has none, and comes before all. */
export function placeOfLevel(level: Level | undefined): number {
	return level === undefined ? -1 : LEVELS.indexOf(level);
}
