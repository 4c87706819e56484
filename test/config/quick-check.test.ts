import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import {
	createQuickCheck,
	TRUSTED,
} from "../../src/config/read/quick-check.ts";
import { readRoutesSchema } from "../../src/config/read/shape.ts";
import { createAjv } from "../../src/finding/ajv.ts";
import { parseSource } from "../../src/finding/source.ts";
import { CASES, listCases } from "./case.ts";

/** The schema without the references to other files, which a configuration is not checked by. */
const SCHEMA: object = JSON.parse(
	JSON.stringify(readRoutesSchema(), (key, value: unknown) =>
		key === "$ref" && !String(value).startsWith("#") ? undefined : value,
	),
);

const PARTS = ["", "#/$defs/included", "#/$defs/testsFile"];

const whole = createAjv({ ...TRUSTED }).addSchema(SCHEMA, "routes");

const VALUES = listCases().flatMap((name) => {
	const file = join(CASES, name, "routes.yaml");
	if (!existsSync(file)) return [];
	const { source } = parseSource(readFileSync(file, "utf8"), file);
	return source === undefined ? [] : [source.value];
});

/** Every key of the schema, and some that it does not have. */
const KEYS = [
	...new Set(
		[...JSON.stringify(SCHEMA).matchAll(/"([A-Za-z]+)":/g)].map(
			([, key = ""]) => key,
		),
	),
	"properties",
	"constructor",
	"handlr",
];

/** Anything that a file may have at a place. */
const ODD = fc.oneof(
	fc.constantFrom<unknown>(null, true, "", "x", "none", "10s", 1, -1, [], {}),
	fc.constantFrom(...KEYS).map((key) => ({ [key]: "x" })),
	fc.constantFrom(...KEYS).map((key) => ({ [key]: {} })),
);

/** A change at a place that the numbers lead to. */
const CHANGE = fc.record({
	way: fc.array(fc.nat(), { minLength: 1, maxLength: 7 }),
	key: fc.constantFrom(undefined, ...KEYS),
	odd: ODD,
});
interface Change {
	readonly way: readonly number[];
	readonly key: string | undefined;
	readonly odd: unknown;
}

/** Copies a value with a change: another value at a place, or one key more. */
function changed(value: unknown, { way, key, odd }: Change): unknown {
	const [step, ...rest] = way;
	if (step === undefined || typeof value !== "object" || value === null) {
		return odd;
	}
	if (key !== undefined && rest.length === 0 && !Array.isArray(value)) {
		return { ...value, [key]: odd };
	}
	const keys = Object.keys(value);
	const at = keys[step % Math.max(1, keys.length)];
	if (at === undefined) return odd;
	const inner = (value as Record<string, unknown>)[at];
	const next = changed(inner, { way: rest, key, odd });
	return Array.isArray(value)
		? value.with(Number(at), next)
		: { ...value, [at]: next };
}

describe("createQuickCheck", () => {
	it("accepts what the whole schema accepts, whatever is changed in a file", () => {
		const value = fc
			.tuple(fc.constantFrom(...VALUES), fc.array(CHANGE, { maxLength: 3 }))
			.map(([first, changes]) => changes.reduce(changed, first));
		let accepted = 0;
		const ofParts = fc.tuple(fc.constantFrom(...PARTS), value, value);
		fc.assert(
			fc.property(ofParts, ([part, ...values]) => {
				const fits = whole.getSchema(`routes${part}`);
				const check = createQuickCheck(SCHEMA, part);
				// The first one says which keys are compiled.
				for (const one of values) {
					const expected = fits?.(one) === true;
					if (expected) accepted += 1;
					expect(check(one)).to.equal(expected);
				}
			}),
			{ numRuns: 30 },
		);
		expect(accepted).to.be.above(0);
	});

	it("accepts what the whole schema accepts, by the keys of one file", () => {
		const fits = whole.getSchema("routes");
		for (const value of VALUES.slice(0, 25)) {
			expect(createQuickCheck(SCHEMA)(value)).to.equal(fits?.(value));
		}
	});
});
