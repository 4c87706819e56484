import type {
	Condition,
	FieldValue,
	Lookup,
	Match,
} from "./conditions/condition.ts";
import { samplesOfPrefixes } from "./conditions/lookup.ts";
import {
	compareRanks,
	NO_RANK,
	partsOf,
	type Rank,
	rankField,
} from "./rank.ts";

/** The values of a webhook that two routes claim at the same rank, by field. */
export type Example = ReadonlyMap<string, FieldValue>;

/**
 * Finds a webhook that two `match`es of the same fields match at the same rank, so that only the order in the file would
 * decide. Returns undefined if there is none, or if that cannot be decided: two patterns are compared only as strings.
 */
export function findOverlap(a: Match, b: Match): Example | undefined {
	let sums: readonly Sum[] = [{ lead: NO_RANK, values: [] }];
	for (const [field, conditions] of a) {
		const choices = compareField(conditions, b.get(field) ?? []);
		sums = distinct(
			sums.flatMap(({ lead, values }) =>
				choices.map((choice) => ({
					lead: combine(lead, choice.lead, 1),
					values: [...values, [field, choice.value] as const],
				})),
			),
		);
		if (sums.length === 0) return undefined;
	}
	const even = sums.find(({ lead }) => compareRanks(lead, NO_RANK) === 0);
	return even && new Map(even.values);
}

// --- helpers ---

/** Values of some fields that both match, and by how much the first one ranks higher for them. */
interface Sum {
	readonly lead: Rank;
	readonly values: readonly (readonly [field: string, value: FieldValue])[];
}

interface Choice {
	readonly lead: Rank;
	readonly value: FieldValue;
}

/** Finds values of one field that both conditions match: one for each difference in rank. */
function compareField(
	a: readonly Condition[],
	b: readonly Condition[],
): readonly Choice[] {
	const choices: Choice[] = [];
	const seen = new Set<string>();
	for (const value of samplesOf(a, b)) {
		const left = rankField(a, value);
		const right = left && rankField(b, value);
		if (left === undefined || right === undefined) continue;
		const lead = combine(left, right, -1);
		const key = keyOf(lead);
		if (seen.has(key)) continue;
		seen.add(key);
		choices.push({ lead, value });
	}
	if (choices.length === 0 && areTwins(a, b))
		choices.push({ lead: NO_RANK, value: undefined });
	return choices;
}

/** Returns true for equal conditions, which match the same values. */
function areTwins(a: readonly Condition[], b: readonly Condition[]): boolean {
	return textOf(a) === textOf(b);
}

/** By the conditions of a field: each is compared with those of many other routes. */
const TEXTS = new WeakMap<readonly Condition[], string>();
const SAMPLES = new WeakMap<Condition, readonly FieldValue[]>();

function textOf(conditions: readonly Condition[]): string {
	const text =
		TEXTS.get(conditions) ??
		JSON.stringify(conditions.map(({ written }) => written));
	TEXTS.set(conditions, text);
	return text;
}

/** Returns the samples of a condition that it matches itself. */
function samplesTaken(condition: Condition): readonly FieldValue[] {
	if (condition.lookup !== undefined) return [...condition.samples()];
	const samples =
		SAMPLES.get(condition) ??
		[...new Set(condition.samples())].filter((value) => condition.fits(value));
	SAMPLES.set(condition, samples);
	return samples;
}

function* samplesOf(
	a: readonly Condition[],
	b: readonly Condition[],
): Generator<FieldValue> {
	const [left, right] = [partsOf(a), partsOf(b)];
	if (left.lookup !== undefined && right.lookup !== undefined) {
		yield* textsOfBoth(left.lookup, right.lookup);
		for (const { others } of [left, right]) {
			for (const condition of others) yield* samplesTaken(condition);
		}
		return;
	}
	for (const condition of [...a, ...b]) yield* samplesTaken(condition);
}

/** Finds common strings: those of the shorter list, or those of the other that start with a prefix. */
function* textsOfBoth(a: Lookup, b: Lookup): Generator<string> {
	const isShorter = sizeOf(a) <= sizeOf(b);
	if (isShorter || b.prefixes.length > 0) yield* textsOf(a);
	if (!isShorter || a.prefixes.length > 0) yield* textsOf(b);
	yield* samplesOfPrefixes(a.prefixes);
	yield* samplesOfPrefixes(b.prefixes);
}

function* textsOf({ values, table }: Lookup): Generator<string> {
	yield* values;
	if (table !== undefined) yield* table.rows.keys();
}

function sizeOf({ values, table }: Lookup): number {
	return values.size + (table?.rows.size ?? 0);
}

function combine(a: Rank, b: Rank, sign: 1 | -1): Rank {
	return {
		exact: a.exact + sign * b.exact,
		prefix: a.prefix + sign * b.prefix,
		others: a.others + sign * b.others,
		literals: a.literals + sign * b.literals,
	};
}

function keyOf({ exact, prefix, others, literals }: Rank): string {
	return `${exact} ${prefix} ${others} ${literals}`;
}

function distinct(sums: readonly Sum[]): readonly Sum[] {
	return [...new Map(sums.map((sum) => [keyOf(sum.lead), sum])).values()];
}
