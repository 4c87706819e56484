import { type Claims, LEVELS, type Payload } from "../event/webhook.ts";
import type { Kind } from "../kind/kind.ts";
import type { Branch } from "./branch.ts";
import { matchText, readField } from "./match.ts";
import type { Route } from "./route.ts";
import { branchFor, type Stack } from "./stack.ts";

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

/** The facts about a webhook by which its route is chosen. */
export interface Choice {
	/** Upper case. */
	readonly method: string;
	/** Undefined where no kind knew the payload; then every route of the method has lost. */
	readonly kind: Kind | undefined;
	/** Decoded by the kind. */
	readonly payload: Payload;
	/** As the signature proved them. */
	readonly claims: Claims;
}

/** Lists the kinds of a branch that were asked about a payload (parsed, not yet decoded), up to the one that knew it. */
export function explainKind<R extends Route>(
	branch: Branch<R>,
	parsed: Payload,
): readonly AskedKind[] {
	const [only] = branch.kinds;
	if (branch.kinds.length === 1 && only !== undefined) {
		return [{ kind: only.kind.name, recognized: undefined }];
	}
	const asked: AskedKind[] = [];
	for (const { kind } of branch.kinds) {
		const recognized = kind.recognizes(parsed);
		asked.push({ kind: kind.name, recognized });
		if (recognized) break;
	}
	return asked;
}

/**
 * Says for each route of a stack why it won or lost, in the order in which they are looked at: from
 * `ncco` down to `account`, within a level the one that names more fields, then the first written.
 * The winner is the matcher's own.
 */
export function explainRoutes<R extends Route>(
	stack: Stack<R>,
	choice: Choice,
): readonly Candidate<R>[] {
	const method = choice.method === "HEAD" ? "GET" : choice.method;
	const branch = branchFor(stack, method)?.kinds.find(
		({ kind }) => kind === choice.kind,
	);
	const winner = branch?.select(choice.payload, choice.claims);
	return [...stack.routes].sort(byRank).map((route) => {
		const won = route === winner;
		const why = won
			? whyWon(route, branch?.routes.length === 1)
			: whyLost(route, winner, { ...choice, method });
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

function whyLost(
	route: Route,
	winner: Route | undefined,
	{ method, kind, payload, claims }: Choice,
): string {
	if (!route.methods.includes(method)) {
		return `another method: it takes ${route.methods.join(", ")}`;
	}
	if (route.kind !== kind) return `another kind: ${route.kind.name}`;
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
	return values.includes(text) ? undefined : `match.${field} has not ${text}`;
}
