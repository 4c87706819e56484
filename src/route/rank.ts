import type {
	Condition,
	FieldValue,
	Lookup,
	Match,
} from "./conditions/condition.ts";
import { longestPrefix } from "./conditions/lookup.ts";

/**
 * Describes how specifically a `match` matches one webhook. Within a level the highest rank wins: more fields that equal a
 * string or are a key of a table, then more characters of prefixes, then more conditions of other types, then more strings
 * than keys of tables. If ranks are equal, the first in the file wins.
 */
export interface Rank {
	/** The number of fields that equal a string or are a key of a table. */
	readonly exact: number;
	/** The characters of the longest matching prefixes, over all other fields. */
	readonly prefix: number;
	/** The number of other conditions. */
	readonly others: number;
	/** The fields in `exact` that equal a string of the `match` itself. */
	readonly literals: number;
}

/** The rank of a route without `match`. */
export const NO_RANK: Rank = { exact: 0, prefix: 0, others: 0, literals: 0 };

/** Compares two ranks. Negative if the first one comes first. */
export function compareRanks(a: Rank, b: Rank): number {
	return (
		b.exact - a.exact ||
		b.prefix - a.prefix ||
		b.others - a.others ||
		b.literals - a.literals
	);
}

/** Adds the ranks of two parts of a `match`. */
export function addRanks(a: Rank, b: Rank): Rank {
	return {
		exact: a.exact + b.exact,
		prefix: a.prefix + b.prefix,
		others: a.others + b.others,
		literals: a.literals + b.literals,
	};
}

/** Ranks the conditions of one field by its value. Undefined if one of them does not match. */
export function rankField(
	conditions: readonly Condition[],
	value: FieldValue,
): Rank | undefined {
	const { lookup, others } = partsOf(conditions);
	if (!others.every((condition) => condition.fits(value))) return undefined;
	const rank = lookup === undefined ? NO_RANK : rankText(lookup, value);
	return rank && addRanks(rank, { ...NO_RANK, others: others.length });
}

/** Ranks a `match` by the values of its fields. Undefined if it does not match. */
export function rankMatch(
	match: Match | undefined,
	valueAt: (field: string) => FieldValue,
): Rank | undefined {
	let sum: Rank | undefined = NO_RANK;
	for (const [field, conditions] of match ?? []) {
		const rank = rankField(conditions, valueAt(field));
		if (rank === undefined) return undefined;
		sum = addRanks(sum, rank);
	}
	return sum;
}

/** The conditions of one field: the one that is looked up, if any, and those that are evaluated. */
export interface FieldParts {
	readonly lookup: Lookup | undefined;
	readonly others: readonly Condition[];
}

/** Splits the conditions of a field. */
export function partsOf(conditions: readonly Condition[]): FieldParts {
	const found = conditions.find(({ lookup }) => lookup !== undefined);
	return {
		lookup: found?.lookup,
		others:
			found === undefined
				? conditions
				: conditions.filter((condition) => condition !== found),
	};
}

// --- helpers ---

const LITERAL: Rank = { ...NO_RANK, exact: 1, literals: 1 };
const KEY: Rank = { ...NO_RANK, exact: 1 };

function rankText(
	{ values, prefixes, table }: Lookup,
	text: FieldValue,
): Rank | undefined {
	if (typeof text !== "string") return undefined;
	if (values.has(text)) return LITERAL;
	if (table?.rows.has(text) === true) return KEY;
	const prefix = longestPrefix(prefixes, text);
	return prefix === undefined ? undefined : { ...NO_RANK, prefix };
}
