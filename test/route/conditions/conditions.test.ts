import { expect } from "chai";
import {
	type FieldValue,
	toFieldValue,
} from "../../../src/route/conditions/condition.ts";
import { describeMatch, toPlain } from "../../../src/route/conditions/show.ts";
import { matchOf, tableOf } from "../kinds.ts";

const TENANTS = tableOf("tenants", ["447700900001", "447700900002"]);

function conditionsOf(written: unknown) {
	return matchOf({ field: written }, [TENANTS]).get("field") ?? [];
}

function fits(written: unknown, value: unknown): boolean {
	const seen: FieldValue = toFieldValue(value);
	return conditionsOf(written).every((condition) => condition.fits(seen));
}

/** A condition as written, how it is shown, values that fit it and values that do not. */
const CONDITIONS: readonly [
	written: unknown,
	shown: string,
	yes: readonly unknown[],
	no: readonly unknown[],
][] = [
	["1", '"1"', ["1", 1], ["", "11", undefined, null, ["1"], { 1: 1 }]],
	["", '""', [""], ["1", undefined]],
	[true, '"true"', [true, "true"], [false, 1, undefined]],
	[["a", "b"], '"a" or "b"', ["a", "b"], ["c", "ab"]],
	["44*", '"44*"', ["44", "441", 447], ["4", "144", "", undefined]],
	[["44*", "33"], '"44*" or "33"', ["4477", "33"], ["331", "4"]],
	[{ is: "5*" }, '"5*"', ["5*"], ["5", "51"]],
	[{ is: ["*", "#"] }, '"*" or "#"', ["*", "#"], ["1"]],
	[
		{ in: "tenants" },
		"a key of table tenants",
		["447700900001", 447_700_900_002],
		["4477009", "constructor", undefined],
	],
	[
		{ pattern: "^stop\\b", flags: "i" },
		"a text that /^stop\\b/i fits",
		["stop", "STOP now", "Stop."],
		["stopped", "please stop", undefined, ["stop"]],
	],
	[{ pattern: "o" }, "a text that /o/ fits", ["stop"], ["STOP", 1]],
	[{ pattern: "a.b", flags: "s" }, "a text that /a.b/s fits", ["a\nb"], ["ab"]],
	[
		{ pattern: "^b$", flags: "mi" },
		"a text that /^b$/mi fits",
		["a\nB\nc"],
		["ab"],
	],
	[
		{ not: "44*" },
		'not "44*"',
		["33", "", undefined, null, {}],
		["44", "447700900001"],
	],
	[{ not: { not: "1" } }, 'not not "1"', ["1"], ["2", undefined]],
	[
		{ not: { gte: 1, lt: 3 } },
		"not at least 1 and less than 3",
		["0", "3", "x", undefined],
		["1", 2.5],
	],
	[{ exists: true }, "there", ["", "0", false, {}, []], [undefined, null]],
	[{ exists: false }, "missing", [undefined, null], ["", 0, {}]],
	[
		{ gte: 10, lt: 20 },
		"at least 10 and less than 20",
		[10, "10", "010", "19.999", 19.999],
		[9, "20", "1e1", "", " 15", "15 ", "abc", true, [15], undefined],
	],
	[{ gt: -1.5 }, "more than -1.5", ["-1.4", "0", "-0"], ["-1.5", "-1.50", -2]],
	[{ lte: "0" }, "at most 0", ["-0.0", "0.000", "-7"], ["0.0001"]],
	[
		{ exists: true, not: "anonymous" },
		'not "anonymous" and there',
		["1"],
		["anonymous", undefined],
	],
	[
		{ in: "tenants", not: "447700900001" },
		'a key of table tenants and not "447700900001"',
		["447700900002"],
		["447700900001", "1"],
	],
];

describe("a condition", () => {
	for (const [written, shown, yes, no] of CONDITIONS) {
		it(`${JSON.stringify(written)} takes what it should, and says so`, () => {
			for (const value of yes)
				expect(fits(written, value), String(value)).to.equal(true);
			for (const value of no)
				expect(fits(written, value), String(value)).to.equal(false);
			const match = matchOf({ field: written }, [TENANTS]);
			expect(describeMatch(match)).to.equal(`field: ${shown}`);
			expect(matchOf(toPlain(match), [TENANTS])).to.have.keys("field");
		});
	}

	it("compares numbers of any length digit by digit", () => {
		const bound = "9007199254740993";
		expect(fits({ gt: "9007199254740992" }, bound)).to.equal(true);
		expect(fits({ gt: bound }, bound)).to.equal(false);
		expect(fits({ gte: "0.1", lte: "0.1" }, "0.10")).to.equal(true);
		expect(fits({ gt: 1e20 }, 1e21)).to.equal(true);
		expect(fits({ gt: 0 }, 5e-324)).to.equal(true);
		expect(fits({ lt: 1e-7 }, 2e-8)).to.equal(true);
		expect(fits({ gt: 0 }, "9".repeat(100_000))).to.equal(true);
	});

	it("never runs a pattern over more than 8,192 characters", () => {
		expect(fits({ pattern: "a" }, "a".repeat(8192))).to.equal(true);
		expect(fits({ pattern: "a" }, "a".repeat(8193))).to.equal(false);
	});

	it("shows a long list by its first texts", () => {
		const texts = Array.from({ length: 1000 }, (_, index) => `${index}`);
		expect(describeMatch(matchOf({ to: texts }))).to.equal(
			'to: "0", "1", "2" or one of 997 more',
		);
	});

	describe("with a pattern and a hostile text", () => {
		// Each text has all that the pattern asks for, so that no quick look rules it out.
		const hostile: readonly [
			pattern: string,
			start: string,
			text: string,
			end: string,
		][] = [
			["^(a+)+$", "", "a", "!"],
			["^(a|a)*$", "", "a", "!"],
			["^(\\w+\\.?)+@x$", "", "a.", "@x!"],
			["(x+x+)+y", "y", "x", "!"],
			["a.*b.*c.*d.*e.*f", "f", "abcde", "!"],
			["^([a-z]+\\s?)+$", "", "word ", "!"],
		];
		for (const [pattern, start, text, end] of hostile) {
			it(`does twice the work for twice the text: ${pattern}`, () => {
				const [condition] = conditionsOf({ pattern });
				const work = (length: number): number => {
					const whole = start + text.repeat(length / text.length) + end;
					return countReads(() => condition?.fits(whole));
				};
				const [half, whole] = [work(3000), work(6000)];
				expect(half).to.be.greaterThan(2000);
				expect(whole / half).to.be.lessThan(2.5);
			});
		}
	});
});

// --- helpers ---

/** Counts the characters that are read meanwhile: the engine walks texts by `charCodeAt` and `codePointAt`. */
function countReads(run: () => void): number {
	const { charCodeAt, codePointAt } = String.prototype;
	let count = 0;
	Object.assign(String.prototype, {
		charCodeAt(this: string, index: number) {
			count += 1;
			return charCodeAt.call(this, index);
		},
		codePointAt(this: string, index: number) {
			count += 1;
			return codePointAt.call(this, index);
		},
	});
	try {
		run();
	} finally {
		Object.assign(String.prototype, { charCodeAt, codePointAt });
	}
	return count;
}
