import { expect } from "chai";
import { createAjv, EXPLAIN, FORMAT_MAX } from "../../src/finding/ajv.ts";
import {
	describeRule,
	nameTypeOf,
	nameTypes,
	unknownKey,
	withoutEchoes,
} from "../../src/finding/words.ts";

function errorsOf(schema: object, value: unknown) {
	const validate = createAjv(EXPLAIN).compile(schema);
	validate(value);
	return validate.errors ?? [];
}

describe("withoutEchoes", () => {
	it("keeps the fork of branches that none fits, and drops those of each branch", () => {
		for (const fork of ["anyOf", "oneOf"]) {
			const branches = [{ type: "string" }, { type: "object" }];
			const errors = errorsOf({ items: { [fork]: branches } }, [1]);
			expect(errors).to.have.length(3);
			expect(withoutEchoes(errors).map(({ keyword }) => keyword)).to.deep.equal(
				[fork],
			);
		}
	});

	it("keeps the errors beside a fork, in fields of a like name too", () => {
		const branches = [{ required: ["c"] }];
		const schema = {
			properties: { a: { anyOf: branches }, ab: { type: "string" } },
			required: ["b"],
		};
		const found = withoutEchoes(errorsOf(schema, { a: {}, ab: 1 }));
		expect(found.map(({ instancePath }) => instancePath)).to.have.members([
			"",
			"/a",
			"/ab",
		]);
	});

	it("drops a condition, and keeps what it asks for", () => {
		const schema = JSON.parse('{"if":{},"then":{"required":["a"]}}');
		const found = withoutEchoes(errorsOf(schema, {}));
		expect(found.map(({ keyword }) => keyword)).to.deep.equal(["required"]);
	});
});

describe("nameTypes", () => {
	const rows: readonly [string[], string][] = [
		[["string"], "text"],
		[["boolean"], "`true` or `false`"],
		[["string", "array"], "text or a list"],
		[["string", "number", "boolean"], "text, a number, `true` or `false`"],
		[["integer", "null"], "a whole number or null"],
		[["object"], "a mapping"],
		[["other"], "other"],
	];
	for (const [types, expected] of rows) {
		it(`names ${types.join(", ")}`, () => {
			expect(nameTypes(types)).to.equal(expected);
		});
	}

	it("speaks of objects where the author writes JSON", () => {
		expect(nameTypes(["object", "null"], "JSON")).to.equal("an object or null");
	});
});

describe("nameTypeOf", () => {
	it("names the type of a value, and shows none but `true` and `false`", () => {
		const values = [null, undefined, [], {}, "a", 7, true];
		expect(values.map(nameTypeOf)).to.deep.equal([
			"empty",
			"empty",
			"a list",
			"a mapping",
			"text",
			"a number",
			"`true`",
		]);
	});
});

describe("unknownKey", () => {
	const what = "unknown key `modes` in `webhook`";

	it("names the key that was probably meant", () => {
		expect(unknownKey("modes", ["mode", "reply"], "`webhook`")).to.deep.equal({
			what,
			todo: "did you mean `mode`?",
		});
	});

	it("lists all keys where none is near", () => {
		expect(unknownKey("modes", ["a", "b"], "`webhook`")).to.deep.equal({
			what,
			expected: "`a` or `b`",
		});
		expect(unknownKey("modes", [], "`webhook`").expected).to.equal("no key");
	});
});

describe("describeRule", () => {
	it("tells an option of YAML and a field of JSON apart", () => {
		const [error] = errorsOf({ type: "object" }, 1);
		if (error === undefined) throw new Error("no error");
		expect(describeRule(error)).to.equal("must be an object");
		expect(describeRule(error, "YAML")).to.equal("must be a mapping");
	});
});

describe("createAjv", () => {
	it("bounds the text that a format looks at", () => {
		const fits = createAjv({}).compile({ format: "email" });
		expect(fits("a@example.com")).to.equal(true);
		expect(fits(`${"a".repeat(FORMAT_MAX)}@example.com`)).to.equal(false);
	});
});
