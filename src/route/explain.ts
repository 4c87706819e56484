import { type Claims, LEVELS, type Payload } from "../event/webhook.ts";
import type { Branch, KindBranch } from "./branch.ts";
import { matchText, readField } from "./match.ts";
import type { Route } from "./route.ts";
import type { Stack } from "./stack.ts";

/** A kind that was asked whether it knows a payload. */
export interface AskedKind {
	readonly kind: string;
	/** Undefined where it was the only one, and so not asked. */
	readonly recognized: boolean | undefined;
}

/** A route of the stack, and why it got the payload or not. */
export interface Candidate<R extends Route> {
	readonly route: R;
	readonly won: boolean;
	readonly why: string;
}

/** The choice that was made among the routes of a stack, and what it was made by. */
export interface Choice<R extends Route> {
	/** Upper case. */
	readonly method: string;
	/** The kind that knew the payload and its routes; undefined where none did: then every route of the method has lost. */
	readonly kindBranch: KindBranch<R> | undefined;
	/** The route that was chosen; undefined where no `match` fits. */
	readonly winner: R | undefined;
	/** Decoded by the kind. */
	readonly payload: Payload;
	/** As the signature proved them. */
	readonly claims: Claims;
}

/** Lists the kinds of a branch that were asked about a payload: all, or those up to the one that knew it. */
export function explainKind<R extends Route>(
	{ kinds }: Branch<R>,
	found: KindBranch<R> | undefined,
): readonly AskedKind[] {
	const [only] = kinds;
	if (kinds.length === 1 && only !== undefined) {
		return [{ kind: only.kind.name, recognized: undefined }];
	}
	const last = found === undefined ? kinds.length : kinds.indexOf(found) + 1;
	return kinds
		.slice(0, last)
		.map((asked) => ({ kind: asked.kind.name, recognized: asked === found }));
}

/**
 * Says for each route of a stack why it won or lost, in the order in which they are looked at: from
 * `ncco` down to `account`, within a level the one that names more fields, then the first written.
 */
export function explainRoutes<R extends Route>(
	stack: Stack<R>,
	choice: Choice<R>,
): readonly Candidate<R>[] {
	const method = choice.method === "HEAD" ? "GET" : choice.method;
	const { winner, kindBranch } = choice;
	return [...stack.routes].sort(byRank).map((route) => {
		const won = route === winner;
		const why = won
			? whyWon(route, kindBranch?.routes.length === 1)
			: whyLost(route, { ...choice, method });
		return { route, won, why };
	});
}

// --- helpers ---

/** The sort is stable, so that the order of the file decides last. */
function byRank(a: Route, b: Route): number {
	return (
		LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) ||
		(b.match?.size ?? 0) - (a.match?.size ?? 0)
	);
}

function whyWon(route: Route, isOnly: boolean): string {
	const fields = [...(route.match?.keys() ?? [])].map(
		(field) => `match.${field} fits`,
	);
	if (isOnly) return ["the only route of this kind", ...fields].join(", ");
	return [`level ${route.level}`, ...fields].join(", ");
}

function whyLost<R extends Route>(
	route: R,
	{ method, kindBranch, winner, payload, claims }: Choice<R>,
): string {
	if (!route.methods.includes(method)) {
		return `another method: it takes ${route.methods.join(", ")}`;
	}
	if (route.kind !== kindBranch?.kind)
		return `another kind: ${route.kind.name}`;
	for (const [field, values] of route.match ?? []) {
		const miss = whyNoMatch(field, values, readField(field, payload, claims));
		if (miss !== undefined) return miss;
	}
	// Without a winner no match fits, and the loop above has said so.
	if (winner === undefined) return "not chosen";
	if (route.level !== winner.level) {
		return `wider than ${winner.name}: ${route.level} comes after ${winner.level}`;
	}
	return (route.match?.size ?? 0) < (winner.match?.size ?? 0)
		? `${winner.name} matches more fields`
		: `${winner.name} is looked at first`;
}

function whyNoMatch(
	field: string,
	values: readonly string[],
	value: unknown,
): string | undefined {
	if (value === undefined)
		return `match.${field}: the webhook has no such field`;
	const text = matchText(value);
	if (text === undefined) return `match.${field}: the value is not one text`;
	return values.includes(text)
		? undefined
		: `match.${field} does not include ${text}`;
}
