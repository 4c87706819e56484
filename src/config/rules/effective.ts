import type { Level, Mode } from "../../event/webhook.ts";
import type { RouteDraft } from "../parts/route/draft.ts";

/**
 * Returns the mode of a route: its own, else its kind's, else `accept` with a `schema` and `reply` without. Undefined if
 * unknown.
 */
export function modeOf(route: RouteDraft): Mode | undefined {
	// Nobody waits for its answer.
	if (route.isInternal) return "accept";
	if (route.mode !== undefined) return route.mode;
	if (route.wrote("kind") || route.has("mode")) return route.kind?.mode;
	return route.wrote("schema") ? "accept" : "reply";
}

/** Returns the methods of a route. Undefined if unknown. */
export function methodsOf(route: RouteDraft): readonly string[] | undefined {
	// It is handed on like a POST.
	if (route.isInternal) return ["POST"];
	if (route.methods !== undefined) return route.methods;
	if (route.has("methods")) return undefined;
	if (route.wrote("kind")) return route.kind?.methods;
	return route.wrote("schema") ? ["POST"] : ["GET"];
}

/** Returns the level of a route: its own, else its kind's widest, else `account`. Undefined if unknown, and for an internal route. */
export function levelOf(route: RouteDraft): Level | undefined {
	if (route.isInternal) return undefined;
	if (route.level !== undefined) return route.level;
	if (route.has("level")) return undefined;
	return route.wrote("kind") ? route.kind?.levels[0] : "account";
}

/**
 * Returns the outcome for what a gate refuses; undefined when it is not set, or wrong. `quarantine` gives no reply: a
 * route's own is a mistake where a reply is due, and one of `defaults` counts as `reject` there.
 *
 * @param isReplying whether this route replies, or for what holds before a route is known, any of its path.
 */
export function outcomeOf<K extends "onDenied" | "onUnsigned" | "onInvalid">(
	route: RouteDraft,
	key: K,
	isReplying: boolean,
): RouteDraft[K] | "reject" {
	const outcome = route[key];
	const isUnfit = isReplying && outcome === "quarantine" && !route.wrote(key);
	return isUnfit ? "reject" : outcome;
}

/** Returns true if a route of a path replies. */
export function repliesOn(stack: readonly RouteDraft[]): boolean {
	return stack.some((route) => modeOf(route) === "reply");
}

/** Returns a string that identifies the type of webhook of a route. Undefined if unknown. */
export function sortOf(route: RouteDraft): string | undefined {
	if (route.wrote("kind")) {
		if (route.kind === undefined) return undefined;
		const { schema } = route;
		const isNarrowed = schema !== undefined && route.kind.isOpen === true;
		const sort = `kind ${route.kind.name}`;
		return isNarrowed ? `${sort} schema ${schema}` : sort;
	}
	if (!route.wrote("schema")) return "anything";
	return route.schema === undefined ? undefined : `schema ${route.schema}`;
}
