import { expect } from "chai";
import { anyOptions, compileOptions } from "../../src/plugin/loader/options.ts";

const check = compileOptions({
	type: "object",
	required: ["currency"],
	additionalProperties: false,
	properties: {
		currency: { type: "string" },
		limit: { type: "integer", default: 10 },
		accounts: { type: "array", items: { type: "string" } },
	},
});

describe("compileOptions", () => {
	it("fills in the defaults, in a copy", () => {
		const given = { currency: "EUR" };
		const { options, problems } = check(given);
		expect(options).to.deep.equal({ currency: "EUR", limit: 10 });
		expect(problems).to.deep.equal([]);
		expect(given).to.deep.equal({ currency: "EUR" });
	});

	it("names every option that is wrong, and the way to it", () => {
		const { problems } = check({ curency: "EUR", accounts: ["a", 7] });
		expect(problems).to.deep.equal([
			{
				keys: ["options", "currency"],
				what: "the option `currency` is missing",
				expected: undefined,
				todo: undefined,
			},
			{
				keys: ["options", "curency"],
				what: "unknown option `curency`",
				expected: "one of `currency`, `limit` or `accounts`",
				todo: "did you mean `currency`?",
			},
			{
				keys: ["options", "accounts", "1"],
				what: "the option `accounts.1` must be text",
				expected: undefined,
				todo: undefined,
			},
		]);
	});

	it("takes no options for empty ones", () => {
		expect(check(undefined).problems.map(({ what }) => what)).to.deep.equal([
			"the option `currency` is missing",
		]);
	});

	it("throws for a schema that is not one", () => {
		expect(() => compileOptions({ type: "text" })).to.throw(
			"`type` must be one of",
		);
	});

	it("is not asked where a plugin says nothing about its options", () => {
		expect(anyOptions(undefined).options).to.deep.equal({});
		expect(anyOptions({ a: 1 })).to.deep.equal({
			options: { a: 1 },
			problems: [],
		});
	});

	it("says of an option that is wrong what it is, where the schema does", () => {
		const described = compileOptions({
			properties: {
				wait: { type: "string", pattern: "s$", description: "how long" },
			},
		});
		expect(described({ wait: "5" }).problems[0]).to.include({
			what: 'the option `wait` must match pattern "s$"',
			expected: "how long",
		});
	});
});
