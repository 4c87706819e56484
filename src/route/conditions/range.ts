import { joinWords } from "../../finding/suggest.ts";
import type { FieldFacts } from "../../kind/field-facts.ts";
import { allowsText, nameFieldTypes } from "../../kind/field-facts.ts";
import type {
	Condition,
	ConditionType,
	Misfit,
	ReadContext,
	Written,
} from "./condition.ts";
import { compareDecimals, type Decimal, parseDecimal } from "./decimal.ts";
import { misfitOfValue } from "./lookup.ts";

/** `{ gte: 10, lt: 20 }`: a number, or a string of decimal digits, within limits. */
export const RANGE: ConditionType = {
	name: "range",
	keys: {
		gte: boundSchema("at least this", 10),
		gt: boundSchema("more than this", 9.5),
		lte: boundSchema("at most this", 20),
		lt: boundSchema("less than this", "20"),
	},
	read: (written, context) => {
		const bounds = readBounds(written, context);
		if (bounds === undefined) return undefined;
		return refuseEmpty(bounds, context) ? undefined : createRange(bounds);
	},
};

// --- helpers ---

type Key = "gte" | "gt" | "lte" | "lt";

interface Bound {
	readonly key: Key;
	readonly text: string;
	readonly decimal: Decimal;
}

const KEYS: readonly Key[] = ["gte", "gt", "lte", "lt"];

const PHRASES: Readonly<Record<Key, string>> = {
	gte: "at least",
	gt: "more than",
	lte: "at most",
	lt: "less than",
};

function boundSchema(phrase: string, example: number | string) {
	return {
		description: `The field is a number, or a string of decimal digits, and ${phrase}.`,
		type: ["number", "string"],
		minLength: 1,
		defaultNote: "–",
		examples: [example],
	};
}

function readBounds(
	written: Written,
	{ site, report }: ReadContext,
): readonly Bound[] | undefined {
	const bounds: Bound[] = [];
	let isRight = true;
	for (const key of KEYS) {
		const value = written[key];
		if (value === undefined) continue;
		const text = String(value);
		const decimal = parseDecimal(text);
		if (decimal !== undefined) {
			bounds.push({ key, text, decimal });
			continue;
		}
		isRight = false;
		const at = site.in(key);
		report.error(at.at(), {
			what: `\`${key}\` is ${at.show(value)}`,
			expected: "a number such as `10` or `0.5`",
		});
	}
	return isRight ? bounds : undefined;
}

/** Returns true, with a finding, if no number is within the limits. */
function refuseEmpty(
	bounds: readonly Bound[],
	{ site, report }: ReadContext,
): boolean {
	for (const low of bounds.filter(({ key }) => key.startsWith("g"))) {
		for (const high of bounds.filter(({ key }) => key.startsWith("l"))) {
			const order = compareDecimals(low.decimal, high.decimal);
			const isOpen = low.key === "gt" || high.key === "lt";
			if (order < 0 || (order === 0 && !isOpen)) continue;
			const show = ({ key, text }: Bound): string =>
				site.isSecret(key) ? site.show(text, key) : text;
			report.error(site.at(), {
				what: `no number is ${PHRASES[low.key]} ${show(low)} and ${PHRASES[high.key]} ${show(high)}`,
				todo: order > 0 ? "swap the two bounds" : "widen the range",
			});
			return true;
		}
	}
	return false;
}

function createRange(bounds: readonly Bound[]): Condition {
	return {
		written: Object.fromEntries(
			bounds.map(({ key, text }) => [key, toNumber(text)]),
		),
		describe: () =>
			joinWords(
				bounds.map(({ key, text }) => `${PHRASES[key]} ${text}`),
				"and",
			),
		fits(value) {
			if (typeof value !== "string") return false;
			const decimal = parseDecimal(value);
			return (
				decimal !== undefined &&
				bounds.every((bound) => isWithin(decimal, bound))
			);
		},
		samples: () => samplesOf(bounds),
		misfit: misfitOf,
	};
}

/** Returns the limit as a number if that is exact, else as a string. */
function toNumber(text: string): number | string {
	return String(Number(text)) === text ? Number(text) : text;
}

function isWithin(decimal: Decimal, { key, decimal: bound }: Bound): boolean {
	const order = compareDecimals(decimal, bound);
	switch (key) {
		case "gte":
			return order >= 0;
		case "gt":
			return order > 0;
		case "lte":
			return order <= 0;
		case "lt":
			return order < 0;
	}
}

/** The distances from a limit at which another range may start or end. */
const STEPS = [0, 1, -1, 0.5, -0.5, 0.001, -0.001];

function* samplesOf(bounds: readonly Bound[]): Generator<string> {
	const numbers = bounds.map(({ text }) => Number(text));
	const [first = 0] = numbers;
	const middle = numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
	for (const { text } of bounds) yield text;
	yield String(middle);
	for (const number of numbers) {
		for (const step of STEPS) yield String(number + step);
	}
	// Somewhere far within a range that is open on one side, other ranges may begin.
	for (const factor of [10, 1000, 1e6]) {
		yield String(first + factor);
		yield String(first - factor);
	}
}

function misfitOf(facts: FieldFacts): Misfit | undefined {
	const whole = misfitOfValue(facts);
	if (whole !== undefined) return whole;
	return allowsText(facts, "0")
		? undefined
		: { why: `is ${nameFieldTypes(facts)}, and never a number` };
}
