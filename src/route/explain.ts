import type { Branch, KindBranch } from "./branch.ts";
import { type FieldValue, toFieldValue } from "./conditions/condition.ts";
import { describeAll } from "./conditions/show.ts";
import { createFieldReader, type Subject } from "./field.ts";
import { compareRanks, NO_RANK, type Rank, rankMatch } from "./rank.ts";
import { placeOfLevel, type Route } from "./route.ts";
import type { Stack } from "./stack.ts";

/** A kind that was tried for a payload. */
export interface AskedKind {
	readonly kind: string;
	/** Undefined if it was the only kind, which is not tried. */
	readonly recognized: boolean | undefined;
}

/** A route of the stack, and why it won or lost. */
export interface Candidate<R extends Route> {
	readonly route: R;
	readonly won: boolean;
	readonly why: string;
	/** The conditions of its `match`, in the order of the file. Empty without `match`. */
	readonly conditions: readonly WeighedField[];
}

/** A field of a `match`, and its value in a webhook. */
export interface WeighedField {
	readonly field: string;
	/** The conditions as a phrase that follows "is". */
	readonly wanted: string;
	/** The value as a phrase, marked like the values of `why`. */
	readonly value: string;
	readonly fits: boolean;
}

/** The choice among the routes of a stack, and its reasons. */
export interface Choice<R extends Route> {
	/** Upper case. */
	readonly method: string;
	/** The kind that recognized the payload, and its routes. Undefined if no kind did. Then every route of the method has lost. */
	readonly kindBranch: KindBranch<R> | undefined;
	/** The selected route. Undefined if no `match` matches. */
	readonly winner: R | undefined;
	/** The webhook, its payload decoded by the kind. */
	readonly subject: Subject;
}

/** Lists the kinds of a branch that were tried for a payload: all, or those up to the one that recognized it. */
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
 * Explains for each route of a stack why it won or lost, in the order of precedence: from `ncco` down to `account`, within
 * a level by the rank of their `match` for this webhook, then by the order in the file.
 *
 * @param mark marks a value of the webhook in the text, so that it can be masked
 */
export function explainRoutes<R extends Route>(
	stack: Stack<R>,
	choice: Choice<R>,
	mark: (value: string) => string = (value) => value,
): readonly Candidate<R>[] {
	const method = choice.method === "HEAD" ? "GET" : choice.method;
	const { winner, kindBranch, subject } = choice;
	const valueAt = createValues(subject);
	const entries = stack.routes.map((route) => ({
		route,
		rank: rankMatch(route.match, valueAt),
	}));
	const winning = entries.find(({ route }) => route === winner)?.rank;
	const seen: Seen<R> = {
		...choice,
		method,
		winning: winning ?? NO_RANK,
		valueAt,
		mark,
	};
	return entries.sort(byRank).map(({ route, rank }) => {
		const won = route === winner;
		const why = won
			? whyWon(route, kindBranch?.routes.length === 1)
			: whyLost(route, rank, seen);
		return { route, won, why, conditions: weigh(route, seen) };
	});
}

// --- helpers ---

/** A choice, with the data for its explanation. */
interface Seen<R extends Route> extends Choice<R> {
	/** The rank of the winner. */
	readonly winning: Rank;
	valueAt(field: string): FieldValue;
	mark(value: string): string;
}

interface Entry {
	readonly route: Route;
	/** Undefined if its `match` does not match. */
	readonly rank: Rank | undefined;
}

/** Reads each field once, even if several routes of the stack use it. */
function createValues(subject: Subject): (field: string) => FieldValue {
	const values = new Map<string, FieldValue>();
	return (field) => {
		if (!values.has(field))
			values.set(field, toFieldValue(createFieldReader(field)(subject)));
		return values.get(field);
	};
}

/** The sort is stable, so that the order of the file decides last. */
function byRank(a: Entry, b: Entry): number {
	return (
		placeOfLevel(b.route.level) - placeOfLevel(a.route.level) ||
		Number(b.rank !== undefined) - Number(a.rank !== undefined) ||
		compareRanks(a.rank ?? NO_RANK, b.rank ?? NO_RANK)
	);
}

function whyWon(route: Route, isOnly: boolean): string {
	const fields = [...(route.match?.keys() ?? [])].map(
		(field) => `\`${field}\` fits`,
	);
	if (isOnly) return ["the only route of this kind", ...fields].join(", ");
	return [`level ${route.level}`, ...fields].join(", ");
}

function whyLost<R extends Route>(
	route: R,
	rank: Rank | undefined,
	seen: Seen<R>,
): string {
	const { method, kindBranch, winner } = seen;
	if (!route.methods.includes(method)) {
		return `another method: it takes ${route.methods.join(", ")}`;
	}
	if (route.kind !== kindBranch?.kind)
		return `another kind: ${route.kind.name}`;
	if (rank === undefined) return whyNoMatch(route, seen);
	// Without a winner no match fits.
	if (winner === undefined) return "not chosen";
	if (route.level !== winner.level) {
		return `wider than ${winner.name}: ${route.level} comes after ${winner.level}`;
	}
	return `${winner.name} ${whyNarrower(seen.winning, rank)}`;
}

function weigh<R extends Route>(
	{ match = new Map() }: R,
	{ valueAt, mark }: Seen<R>,
): readonly WeighedField[] {
	return [...match].map(([field, conditions]) => {
		const value = valueAt(field);
		return {
			field,
			wanted: describeAll(conditions),
			value: showValue(value, mark),
			fits: conditions.every((condition) => condition.fits(value)),
		};
	});
}

/** Describes why the winner of a level is more specific. */
function whyNarrower(winning: Rank, rank: Rank): string {
	if (winning.exact !== rank.exact)
		return "matches more fields by their whole value";
	if (winning.prefix !== rank.prefix) return "matches a longer prefix";
	if (winning.others !== rank.others) return "matches more conditions";
	return winning.literals === rank.literals
		? "stands first in the file"
		: "names the value itself, and not a table";
}

/** Describes the first condition that does not match, and the value. */
function whyNoMatch<R extends Route>(
	{ match = new Map() }: R,
	{ valueAt, mark }: Seen<R>,
): string {
	for (const [field, conditions] of match) {
		const value = valueAt(field);
		for (const condition of conditions) {
			if (condition.fits(value)) continue;
			const wanted = describeAll([condition]);
			return `\`${field}\` is ${showValue(value, mark)}, and not ${wanted}`;
		}
	}
	return "not chosen";
}

/** Characters of a value that are shown. */
const SHOWN_MAX = 100;

function showValue(value: FieldValue, mark: (value: string) => string): string {
	if (value === undefined) return "missing";
	if (Array.isArray(value)) return "a list";
	if (typeof value !== "string") return "an object";
	const text =
		value.length > SHOWN_MAX ? `${value.slice(0, SHOWN_MAX)}…` : value;
	return mark(JSON.stringify(text));
}
