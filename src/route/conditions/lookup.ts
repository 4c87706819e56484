import { didYouMean, listWords, nearest } from "../../finding/suggest.ts";
import {
	allowsText,
	type FieldFacts,
	nameFieldTypes,
} from "../../kind/field-facts.ts";
import type { Condition, FieldValue, Lookup, Misfit } from "./condition.ts";

/** Creates a condition whose strings are found by a look-up. */
export function createLookup(
	lookup: Lookup,
	{ written, describe }: Pick<Condition, "written" | "describe">,
): Condition {
	return {
		written,
		describe,
		lookup,
		fits: (value) => typeof value === "string" && hasText(lookup, value),
		samples: () => samplesOf(lookup),
		misfit: (facts) => misfitOf(lookup, facts),
	};
}

/** Returns the length of the longest prefix of a string. Undefined if no prefix matches. */
export function longestPrefix(
	prefixes: readonly string[],
	text: string,
): number | undefined {
	let longest: number | undefined;
	for (const prefix of prefixes) {
		if (prefix.length > (longest ?? -1) && text.startsWith(prefix))
			longest = prefix.length;
	}
	return longest;
}

/** Lists strings that start with the prefixes, so that some of them match no longer prefix and no exact string. */
export function* samplesOfPrefixes(
	prefixes: readonly string[],
): Generator<string> {
	for (const prefix of prefixes) {
		for (const more of FOLLOWING) yield prefix + more;
	}
}

/** Explains why a field can never have a single value. Undefined if it may. */
export function misfitOfValue(facts: FieldFacts): Misfit | undefined {
	const { fields } = facts;
	const isScalar = ["0", "true", "a"].some((text) => allowsText(facts, text));
	if (isScalar) return undefined;
	return {
		why: `is ${nameFieldTypes(facts)}, and the condition wants one value`,
		todo:
			fields.length === 0
				? undefined
				: `name a field inside it, such as \`${fields[0]}\``,
	};
}

// --- helpers ---

function hasText({ values, prefixes, table }: Lookup, text: string): boolean {
	return (
		values.has(text) ||
		table?.rows.has(text) === true ||
		prefixes.some((prefix) => text.startsWith(prefix))
	);
}

/** The strings after a prefix in a sample. One of them matches no longer prefix and no exact string. */
const FOLLOWING = ["", ..."0123456789", "-", "a", "~~~"];

function* samplesOf({
	values,
	prefixes,
	table,
}: Lookup): Generator<FieldValue> {
	yield* values;
	if (table !== undefined) yield* table.rows.keys();
	yield* samplesOfPrefixes(prefixes);
}

function misfitOf(
	{ values, prefixes, table }: Lookup,
	facts: FieldFacts,
): Misfit | undefined {
	const whole = misfitOfValue(facts);
	if (whole !== undefined) return whole;
	for (const text of values) {
		const misfit = misfitOfText(text, facts);
		if (misfit !== undefined) return { ...misfit, text };
	}
	for (const prefix of prefixes) {
		const why = misfitOfPrefix(prefix, facts);
		if (why !== undefined) return { ...why, text: `${prefix}*` };
	}
	for (const text of table?.rows.keys() ?? []) {
		// One that may fit is enough: a table serves several fields and kinds.
		const misfit = misfitOfText(text, facts);
		if (misfit === undefined) return undefined;
		if (values.size === 0 && prefixes.length === 0) return misfit;
	}
	return undefined;
}

function misfitOfText(text: string, facts: FieldFacts): Misfit | undefined {
	const { values, known } = facts;
	if (!allowsText(facts, text))
		return { why: `is ${nameFieldTypes(facts)}, and never \`${text}\`` };
	if (values !== undefined && !values.includes(text)) {
		const todo = didYouMean(text, values);
		return { why: `is never \`${text}\``, expected: listWords(values), todo };
	}
	// The sender may have made its list longer: only a slip of the pen is told.
	if (known.length === 0 || known.includes(text)) return undefined;
	const near = nearest(text, known);
	if (near === undefined) return undefined;
	return {
		why: `is not known to be \`${text}\``,
		todo: `did you mean \`${near}\`?`,
	};
}

function misfitOfPrefix(prefix: string, facts: FieldFacts): Misfit | undefined {
	const mayBegin = FOLLOWING.some((more) => allowsText(facts, prefix + more));
	if (!mayBegin && !"true".startsWith(prefix) && !"false".startsWith(prefix))
		return {
			why: `is ${nameFieldTypes(facts)}, and never begins with \`${prefix}\``,
		};
	const { values } = facts;
	if (values?.some((value) => value.startsWith(prefix)) !== false)
		return undefined;
	return {
		why: `never begins with \`${prefix}\``,
		expected: listWords(values),
	};
}
