import type { Condition, Match } from "./condition.ts";

/** Writes a `match` as plain data, in the syntax of routes.yaml. */
export function toPlain(match: Match): Readonly<Record<string, unknown>> {
	return Object.fromEntries(
		[...match].map(([field, conditions]) => [field, plainOf(conditions)]),
	);
}

/** Writes a `match` in one line: `to: "44*"; amount: at least 10`. */
export function describeMatch(match: Match): string {
	return [...match]
		.map(([field, conditions]) => `${field}: ${describeAll(conditions)}`)
		.join("; ");
}

/** Writes the conditions of one field as a phrase that follows "is". */
export function describeAll(conditions: readonly Condition[]): string {
	return conditions.map((condition) => condition.describe()).join(" and ");
}

// --- helpers ---

function plainOf(conditions: readonly Condition[]): unknown {
	const [only] = conditions;
	return conditions.length === 1
		? only?.written
		: Object.assign({}, ...conditions.map(({ written }) => written));
}
