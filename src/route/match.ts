import { LEVELS, type Level } from "../event/webhook.ts";
import {
	type Condition,
	type FieldValue,
	type Lookup,
	toFieldValue,
} from "./conditions/condition.ts";
import { createFieldReader, type FieldReader, type Subject } from "./field.ts";
import { groupBy } from "./group.ts";
import {
	buildTree,
	type FoundLeaves,
	type LookupTree,
	type Planted,
	type ValueAt,
} from "./lookup-tree.ts";
import { compareRanks, NO_RANK, partsOf, type Rank } from "./rank.ts";
import type { Route } from "./route.ts";

/**
 * Chooses among the routes of one kind by level and `match`: from `ncco` down to `account`, within a level by rank, then
 * by the order in the file. Strings, tables and prefixes are compiled to hash maps, so 100,000 numbers cost the same as
 * one. All other conditions are evaluated in the order of rank, and only for routes whose look-ups match.
 */
export interface Matcher<R extends Route> {
	select(subject: Subject): R | undefined;
}

/** Compiles the routes of one kind. Each of their fields is read once per webhook. */
export function compileMatcher<R extends Route>(
	routes: readonly R[],
): Matcher<R> {
	const fields = [
		...new Set(routes.flatMap(({ match }) => [...(match?.keys() ?? [])])),
	];
	const indexOf = new Map(fields.map((field, index) => [field, index]));
	const readers = fields.map(createFieldReader);
	const tiers: Tier<R>[] = [];
	for (const level of NARROW_FIRST) {
		const here = routes.filter((route) => route.level === level);
		tiers.push(...compileLevel(here, indexOf));
	}
	return {
		select(subject) {
			const valueAt = createReading(readers, subject);
			for (const tier of tiers) {
				const route = tier(valueAt);
				if (route !== undefined) return route;
			}
			return undefined;
		},
	};
}

// --- helpers ---

/** Internal routes have no level, and are never among others. */
const NARROW_FIRST: readonly (Level | undefined)[] = [
	...[...LEVELS].reverse(),
	undefined,
];

/** The routes of one level with the same number of fields that are looked up as strings or in tables. */
type Tier<R> = (valueAt: ValueAt) => R | undefined;

/** A route with one of the ways in which its look-ups can match. */
interface Option<R> {
	readonly route: R;
	/** Without the characters of prefixes, which depend on the webhook. */
	readonly rank: Rank;
	/** The position among the routes of the level. */
	readonly order: number;
	readonly tests: readonly Test[];
}

/** A condition that must be evaluated. */
interface Test {
	readonly field: number;
	readonly condition: Condition;
}

/** An option and the fields that it looks up. */
interface Way<R> {
	readonly option: Option<R>;
	readonly lookups: readonly FieldLookup[];
}

/** A look-up of one field, by prefixes alone or without any. */
interface FieldLookup {
	readonly field: number;
	readonly lookup: Lookup;
	readonly isPrefix: boolean;
}

/** Reads a field at its first use. */
function createReading(
	readers: readonly FieldReader[],
	subject: Subject,
): ValueAt {
	const [first] = readers;
	if (readers.length === 1 && first !== undefined) {
		const value = toFieldValue(first(subject));
		return () => value;
	}
	const values: FieldValue[] = [];
	const isRead: boolean[] = [];
	return (field) => {
		if (isRead[field] !== true) {
			isRead[field] = true;
			values[field] = toFieldValue(readers[field]?.(subject));
		}
		return values[field];
	};
}

function compileLevel<R extends Route>(
	routes: readonly R[],
	indexOf: ReadonlyMap<string, number>,
): Tier<R>[] {
	const ways = routes.flatMap((route, order) => waysOf(route, order, indexOf));
	const tiers = [...groupBy(ways, ({ option }) => option.rank.exact)];
	return tiers
		.sort(([a], [b]) => b - a)
		.map(([, group]) =>
			compileTier([...groupBy(group, shapeOf).values()].map(treeOf)),
		);
}

/** Splits a route: a list such as `["44*", "33123"]` can match as a string or as a prefix, which have different ranks. */
function waysOf<R extends Route>(
	route: R,
	order: number,
	indexOf: ReadonlyMap<string, number>,
): Way<R>[] {
	let ways: { rank: Rank; lookups: readonly FieldLookup[] }[] = [
		{ rank: NO_RANK, lookups: [] },
	];
	const tests: Test[] = [];
	for (const [name, conditions] of route.match ?? []) {
		const field = indexOf.get(name) as number;
		const { lookup, others } = partsOf(conditions);
		tests.push(...others.map((condition) => ({ field, condition })));
		if (lookup === undefined) continue;
		const choices = splitLookup(lookup);
		ways = ways.flatMap((way) =>
			choices.map(({ rank, ...choice }) => ({
				rank: {
					...NO_RANK,
					exact: way.rank.exact + rank.exact,
					literals: way.rank.literals + rank.literals,
				},
				lookups: [...way.lookups, { field, ...choice }],
			})),
		);
	}
	return ways.map(({ rank, lookups }) => ({
		option: { route, rank: { ...rank, others: tests.length }, order, tests },
		lookups: lookups.toSorted((a, b) => a.field - b.field),
	}));
}

interface Choice {
	readonly rank: Pick<Rank, "exact" | "literals">;
	readonly lookup: Lookup;
	readonly isPrefix: boolean;
}

const NO_TEXTS: ReadonlySet<string> = new Set();

function splitLookup({ values, prefixes, table }: Lookup): Choice[] {
	const choices: Choice[] = [];
	if (values.size > 0)
		choices.push({
			rank: { exact: 1, literals: 1 },
			lookup: { values, prefixes: [] },
			isPrefix: false,
		});
	if (table !== undefined)
		choices.push({
			rank: { exact: 1, literals: 0 },
			lookup: { values: NO_TEXTS, prefixes: [], table },
			isPrefix: false,
		});
	if (prefixes.length > 0)
		choices.push({
			rank: { exact: 0, literals: 0 },
			lookup: { values: NO_TEXTS, prefixes },
			isPrefix: true,
		});
	return choices;
}

function shapeOf<R>({ lookups }: Way<R>): string {
	return lookups
		.map(({ field, isPrefix }) => `${field}${isPrefix ? "*" : ""}`)
		.join(" ");
}

function treeOf<R>(group: readonly Way<R>[]): LookupTree<Option<R>> {
	const ranked = group.toSorted(({ option: a }, { option: b }) =>
		compare(a, b),
	);
	const fields = (ranked[0]?.lookups ?? []).map(({ field, isPrefix }) => ({
		index: field,
		isPrefix,
	}));
	const planted = ranked.map(
		({ option, lookups }): Planted<Option<R>> => ({
			item: option,
			lookups: lookups.map(({ lookup }) => lookup),
		}),
	);
	return buildTree(planted, fields);
}

function compare<R>(a: Option<R>, b: Option<R>): number {
	return compareRanks(a.rank, b.rank) || a.order - b.order;
}

function compileTier<R>(trees: readonly LookupTree<Option<R>>[]): Tier<R> {
	return (valueAt) => {
		const found: FoundLeaves<Option<R>> = { leaves: [], prefixes: [] };
		for (const tree of trees) tree.collect(valueAt, found, 0);
		const [only] = found.leaves;
		if (only === undefined) return undefined;
		return found.leaves.length === 1
			? firstThatFits(only, valueAt)
			: choose(found, valueAt);
	};
}

function firstThatFits<R>(
	options: readonly Option<R>[],
	valueAt: ValueAt,
): R | undefined {
	for (const option of options) {
		if (fits(option, valueAt)) return option.route;
	}
	return undefined;
}

/** Evaluates the options of several leaves in the order of rank. Each leaf is already in that order. */
function choose<R>(
	{ leaves, prefixes }: FoundLeaves<Option<R>>,
	valueAt: ValueAt,
): R | undefined {
	const next = leaves.map(() => 0);
	for (;;) {
		let best = -1;
		let bestOption: Option<R> | undefined;
		for (let leaf = 0; leaf < leaves.length; leaf++) {
			const option = leaves[leaf]?.[next[leaf] as number];
			if (option === undefined) continue;
			const longer =
				(prefixes[leaf] as number) - ((prefixes[best] as number) ?? 0);
			if (
				bestOption === undefined ||
				longer > 0 ||
				(longer === 0 && compare(option, bestOption) < 0)
			) {
				best = leaf;
				bestOption = option;
			}
		}
		if (bestOption === undefined) return undefined;
		if (fits(bestOption, valueAt)) return bestOption.route;
		next[best] = (next[best] as number) + 1;
	}
}

function fits<R>({ tests }: Option<R>, valueAt: ValueAt): boolean {
	for (const { field, condition } of tests) {
		if (!condition.fits(valueAt(field))) return false;
	}
	return true;
}
