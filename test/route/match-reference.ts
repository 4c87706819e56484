import fc from "fast-check";
import { LEVELS, type Level } from "../../src/event/webhook.ts";
import type { Route } from "../../src/route/route.ts";
import { fakeRoute, matchOf, tableOf } from "./kinds.ts";

/** A route as it is written. */
export interface WrittenRoute {
	readonly level: Level;
	readonly match: Readonly<Record<string, unknown>> | undefined;
}

export const TABLES = {
	tenants: ["1", "12", "123", "x"],
	others: ["12", "2", "-5"],
} as const;

/** Texts that share beginnings, some of them numbers. */
export const TEXTS = [
	"",
	"1",
	"12",
	"123",
	"1234",
	"2",
	"21",
	"-5",
	"1.5",
	"007",
	"x",
	"xy",
	"*",
];

const TEXT = fc.constantFrom(...TEXTS);

const SCALAR = fc
	.oneof(
		TEXT,
		TEXT.filter((text) => text !== "" && text !== "*").map(
			(text) => `${text}*`,
		),
	)
	.filter((text) => text !== "*");

/** Conditions that are looked up. */
export const LOOKUP: fc.Arbitrary<unknown> = fc.oneof(
	{ weight: 4, arbitrary: SCALAR },
	{ weight: 1, arbitrary: fc.array(SCALAR, { minLength: 1, maxLength: 2 }) },
	{
		weight: 1,
		arbitrary: fc.record({ in: fc.constantFrom("tenants", "others") }),
	},
);

const BOUND = fc.constantFrom(-5, 0, 1, 1.5, 12, "12", 123);

/** Conditions that can be looked up, or whose overlaps can be decided. */
export const DECIDABLE: fc.Arbitrary<unknown> = fc.oneof(
	{ weight: 4, arbitrary: SCALAR },
	{ weight: 3, arbitrary: fc.array(SCALAR, { minLength: 1, maxLength: 3 }) },
	{ weight: 1, arbitrary: fc.record({ is: TEXT }) },
	{
		weight: 2,
		arbitrary: fc.record({ in: fc.constantFrom("tenants", "others") }),
	},
	{ weight: 1, arbitrary: fc.record({ exists: fc.boolean() }) },
	{ weight: 1, arbitrary: fc.record({ gte: BOUND }) },
	{ weight: 1, arbitrary: fc.record({ gt: BOUND }) },
	{ weight: 1, arbitrary: fc.record({ lt: BOUND }) },
	{ weight: 1, arbitrary: fc.record({ not: SCALAR }) },
	{
		weight: 1,
		arbitrary: fc.record({ in: fc.constant("tenants"), not: SCALAR }),
	},
);

export const CONDITION: fc.Arbitrary<unknown> = fc.oneof(
	{ weight: 9, arbitrary: DECIDABLE },
	{
		weight: 1,
		arbitrary: fc.record({
			pattern: fc.constantFrom("^1", "2$", "x", "[0-9]{3}"),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({ not: fc.record({ pattern: fc.constant("^1") }) }),
	},
);

/** A route whose conditions are of one sort. */
export function writtenRoute(
	condition: fc.Arbitrary<unknown>,
): fc.Arbitrary<WrittenRoute> {
	return fc.record({
		level: fc.constantFrom(...LEVELS.slice(0, 2)),
		match: fc.option(
			fc
				.record(
					{ a: condition, b: condition, "c.d": condition },
					{ requiredKeys: [] },
				)
				.filter((match) => Object.keys(match).length > 0),
			{ nil: undefined },
		),
	});
}

const VALUE = fc.oneof(
	{ weight: 8, arbitrary: TEXT },
	{ weight: 1, arbitrary: fc.constantFrom(1, 12, 1.5, true) },
	{ weight: 1, arbitrary: fc.constantFrom(null, undefined, {}, ["1"]) },
);

export const PAYLOAD: fc.Arbitrary<Record<string, unknown>> = fc.record({
	a: VALUE,
	b: VALUE,
	c: fc.oneof(fc.record({ d: VALUE }), VALUE),
});

export function build({ level, match }: WrittenRoute, index: number): Route {
	const tables = Object.entries(TABLES).map(([name, keys]) =>
		tableOf(name, keys),
	);
	return fakeRoute(`r${index}`, level, {
		match: match && matchOf(match, tables),
	});
}

/** How narrowly a route fits, as a list that compares from left to right; undefined where it does not fit. */
export function rankByHand(
	{ match = {} }: WrittenRoute,
	payload: Readonly<Record<string, unknown>>,
): readonly number[] | undefined {
	let [exact, prefix, others, literals] = [0, 0, 0, 0];
	for (const [field, written] of Object.entries(match)) {
		const value = valueByHand(field, payload);
		for (const condition of partsByHand(written)) {
			const fit = fitByHand(condition, value);
			if (fit === undefined) return undefined;
			if (fit === "literal") {
				exact += 1;
				literals += 1;
			} else if (fit === "key") exact += 1;
			else if (fit === "other") others += 1;
			else prefix += fit;
		}
	}
	return [exact, prefix, others, literals];
}

// --- helpers ---

function valueByHand(
	field: string,
	payload: Readonly<Record<string, unknown>>,
): unknown {
	if (field !== "c.d") return payload[field] ?? undefined;
	const { c } = payload;
	return typeof c === "object" && c !== null && !Array.isArray(c)
		? ((c as { d?: unknown }).d ?? undefined)
		: undefined;
}

function partsByHand(written: unknown): readonly unknown[] {
	if (typeof written !== "object" || written === null) return [written];
	if (Array.isArray(written)) return [written];
	return Object.entries(written).map(([key, value]) => ({ [key]: value }));
}

type Fit = "literal" | "key" | "other" | number | undefined;

function fitByHand(condition: unknown, value: unknown): Fit {
	const text =
		typeof value === "object" || value === undefined
			? undefined
			: String(value);
	if (typeof condition === "string" || Array.isArray(condition)) {
		const list = [condition].flat() as string[];
		if (text === undefined) return undefined;
		if (list.some((one) => one === text && !one.endsWith("*")))
			return "literal";
		const lengths = list
			.filter((one) => one.endsWith("*") && text.startsWith(one.slice(0, -1)))
			.map((one) => one.length - 1);
		return lengths.length === 0 ? undefined : Math.max(...lengths);
	}
	const [[key, wanted] = ["", undefined]] = Object.entries(
		condition as Record<string, unknown>,
	);
	const yes = (does: boolean): Fit => (does ? "other" : undefined);
	switch (key) {
		case "is":
			return text === wanted ? "literal" : undefined;
		case "in":
			return text !== undefined &&
				(TABLES[wanted as keyof typeof TABLES] as readonly string[]).includes(
					text,
				)
				? "key"
				: undefined;
		case "exists":
			return yes((value !== undefined) === wanted);
		case "not":
			return yes(
				partsByHand(wanted).some((one) => fitByHand(one, value) === undefined),
			);
		case "pattern":
			return yes(text !== undefined && new RegExp(String(wanted)).test(text));
		default: {
			const isDecimal = text !== undefined && /^-?\d+(\.\d+)?$/.test(text);
			const [left, right] = [Number(text), Number(wanted)];
			const holds =
				key === "gte"
					? left >= right
					: key === "gt"
						? left > right
						: left < right;
			return yes(isDecimal && holds);
		}
	}
}
