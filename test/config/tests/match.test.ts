import { expect } from "chai";
import { findDifferences } from "../../../src/config/tests/match.ts";

/** The places at which a value differs. */
const placesOf = (expected: unknown, value: unknown): readonly string[] =>
	findDifferences(expected, value, "x").map(({ place }) => place);

describe("findDifferences", () => {
	const fits: readonly (readonly [string, unknown, unknown])[] = [
		["equal values", "a", "a"],
		["a part of a mapping", { a: 1 }, { a: 1, b: 2 }],
		["a part of a mapping in a list", [{ a: 1 }], [{ a: 1, b: 2 }]],
		["an empty list", [], []],
		["null for a field that is not there", { a: null }, { b: 1 }],
		["null for null", { a: null }, { a: null }],
		["a pattern", { pattern: "^h.llo$", flags: "i" }, "HELLO"],
		["a pattern on a number", { pattern: "^1" }, 17],
		[
			"what a list contains",
			{ contains: [{ a: 2 }] },
			[{ a: 1 }, { a: 2, b: 3 }],
		],
		["one thing that a list contains", { contains: 2 }, [1, 2]],
		["a part of a text", { contains: "ell" }, "hello"],
		["not", { not: "a" }, "b"],
		["not on a mapping in part", { not: { a: 1 } }, { a: 2 }],
		["exists", { a: { exists: true } }, { a: 0 }],
		["exists not", { a: { exists: false } }, {}],
		["bounds", { gte: 2, lt: 3 }, 2],
		["bounds on a number as text", { gt: 1 }, "2.5"],
		["several conditions", { pattern: "a", not: "abc" }, "ab"],
		[
			"a field that is called like a condition",
			{ pattern: "x" },
			{ pattern: "x", a: 1 },
		],
	];
	for (const [name, expected, value] of fits) {
		it(`takes ${name}`, () => {
			expect(placesOf(expected, value)).to.deep.equal([]);
		});
	}

	const differs: readonly (readonly [string, unknown, unknown, string[]])[] = [
		["another value", { a: { b: 1 } }, { a: { b: 2 } }, ["x.a.b"]],
		["a number for a text", "1", 1, ["x"]],
		["a missing field", { a: 1 }, {}, ["x.a"]],
		["undefined for a mapping", { a: 1 }, undefined, ["x"]],
		["a list that is longer", [1], [1, 2], ["x[1]"]],
		["a list that is shorter", [1, 2], [1], ["x[1]"]],
		["another order", [1, 2], [2, 1], ["x[0]", "x[1]"]],
		["a pattern that does not fit", { pattern: "^b" }, "a", ["x"]],
		["a pattern on nothing", { pattern: "" }, undefined, ["x"]],
		["what a list does not contain", { contains: [1, 3] }, [1, 2], ["x"]],
		[
			"a condition on a field that is missing",
			{ a: { contains: "b" } },
			{},
			["x.a"],
		],
		["not", { not: "a" }, "a", ["x"]],
		["exists", { a: { exists: true } }, {}, ["x.a"]],
		["exists not", { a: { exists: false } }, { a: 1 }, ["x.a"]],
		["a bound", { lte: 2 }, 3, ["x"]],
		["a bound on a text", { gt: 1 }, "two", ["x"]],
		["a name that is no word", { "a.b": 1 }, { "a.b": 2 }, ['x["a.b"]']],
		["null for a value", { a: null }, { a: 0 }, ["x.a"]],
	];
	for (const [name, expected, value, places] of differs) {
		it(`tells ${name}`, () => {
			expect(placesOf(expected, value)).to.deep.equal(places);
		});
	}

	it("names the keys of the expectation, so that its line is found", () => {
		const [found] = findDifferences(
			{ a: { contains: [1, 3] } },
			{ a: [1] },
			"x",
		);
		expect(found).to.deep.equal({
			at: ["a", "contains", 1],
			place: "x.a",
			expected: "to contain 3",
			got: "[1]",
		});
	});
});
