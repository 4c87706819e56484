import { expect } from "chai";
import type { Payload } from "../../src/event/webhook.ts";
import { createDecoder } from "../../src/kind/decode.ts";

/** Decodes one field `x` of a schema. */
function field(schema: object, value: unknown, encoding: "json" | "form") {
	const decode = createDecoder({ type: "object", properties: { x: schema } });
	return decode({ x: value }, encoding).x;
}

describe("createDecoder", () => {
	const rows: readonly [object, unknown, unknown][] = [
		[{ type: "string" }, 5, "5"],
		[{ type: "string" }, 0.78097206, "0.78097206"],
		[{ type: "string" }, true, "true"],
		[{ type: "string" }, "007", "007"],
		[{ type: "string" }, '{"a":1}', '{"a":1}'],
		[{ type: "string" }, ["a", "b"], ["a", "b"]],
		[{ type: "string" }, { a: 1 }, { a: 1 }],
		[{ type: "integer" }, "42", 42],
		[{ type: "integer" }, "-3", -3],
		[{ type: "integer" }, "4.5", "4.5"],
		[{ type: "integer" }, "", ""],
		[{ type: "integer" }, " 4", " 4"],
		[{ type: "integer" }, "0x10", "0x10"],
		[{ type: "integer" }, "12345678901234567890", "12345678901234567890"],
		[{ type: "number" }, ".0012", 0.0012],
		[{ type: "number" }, "1e400", "1e400"],
		[{ type: "boolean" }, "true", true],
		[{ type: "boolean" }, "false", false],
		[{ type: "boolean" }, "1", "1"],
		[{ type: "object" }, '{"a":1}', { a: 1 }],
		[{ type: "object" }, "[1]", "[1]"],
		[{ type: "object" }, '{"a":', '{"a":'],
		[{ type: "array" }, "[1]", [1]],
		[{ type: ["string", "object"] }, "1234", "1234"],
		[{ type: ["string", "object"] }, 1234, "1234"],
		[{ type: ["string", "object"] }, ' {"a":1}', { a: 1 }],
		[{ type: ["string", "object"] }, "[1]", "[1]"],
		[{ type: ["string", "object"] }, "{smile}", "{smile}"],
		[{ type: ["string", "integer"] }, "5", "5"],
		[{ type: ["string", "integer"] }, 5, 5],
		[{ type: ["integer", "null"] }, "5", 5],
		[{ anyOf: [{ type: "integer" }, { type: "null" }] }, "5", 5],
		[{ allOf: [{ type: ["integer", "string"] }, { type: "integer" }] }, "5", 5],
		[{ anyOf: [{ type: "integer" }, { minLength: 1 }] }, "5", "5"],
		[{ enum: [1, 2] }, "1", 1],
		[{ const: true }, "true", true],
		[{}, "5", "5"],
		[{}, 5, 5],
	];
	for (const [schema, value, expected] of rows) {
		const name = `${JSON.stringify(value)} for ${JSON.stringify(schema)}`;
		it(`turns ${name} into ${JSON.stringify(expected)}`, () => {
			expect(field(schema, value, "json")).to.deep.equal(expected);
			expect(field(schema, value, "form")).to.deep.equal(expected);
		});
	}

	it("returns a payload that needs no change as it is", () => {
		const decode = createDecoder({
			properties: { a: { type: "string" }, b: { type: "object" } },
		});
		const payload: Payload = { a: "1", b: { c: null }, d: [1] };
		expect(decode(payload, "json")).to.equal(payload);
	});

	it("changes a copy, and only what it must", () => {
		const decode = createDecoder({
			properties: { a: { type: "string" }, b: { type: "object" } },
		});
		const payload: Payload = Object.freeze({ a: 1, b: Object.freeze({}) });
		const decoded = decode(payload, "json");
		expect(decoded).to.deep.equal({ a: "1", b: {} });
		expect(decoded.b).to.equal(payload.b);
		expect(payload.a).to.equal(1);
	});

	it("follows properties, items, references and branches", () => {
		const decode = createDecoder({
			$defs: { size: { type: "integer" }, node: { $ref: "#" } },
			properties: {
				list: {
					type: "array",
					items: { properties: { n: { type: "string" } } },
				},
				size: { $ref: "#/$defs/size" },
				child: { $ref: "#/$defs/node" },
				pair: { prefixItems: [{ type: "integer" }], items: { type: "string" } },
			},
			patternProperties: { "^X-": { type: "string" } },
			allOf: [{ properties: { all: { type: "integer" } } }],
			oneOf: [
				{ properties: { one: { type: "integer" } } },
				{ properties: { one: { type: "boolean" } } },
			],
		});
		const payload = {
			list: [{ n: 1 }, { n: "2" }],
			size: "3",
			child: { child: { size: "4" } },
			pair: ["5", 6],
			"X-Count": 7,
			all: "8",
			one: "9",
			other: "10",
		};
		expect(decode(payload, "json")).to.deep.equal({
			list: [{ n: "1" }, { n: "2" }],
			size: 3,
			child: { child: { size: 4 } },
			pair: [5, "6"],
			"X-Count": "7",
			all: 8,
			one: 9,
			other: "10",
		});
		expect(decode({ one: "true" }, "json")).to.deep.equal({ one: true });
	});

	it("leaves what lies deeper than 64 levels alone", () => {
		const decode = createDecoder({
			properties: { child: { $ref: "#" }, n: { type: "integer" } },
		});
		const nest = (depth: number): Payload =>
			depth === 0 ? { n: "1" } : { child: nest(depth - 1) };
		expect(decode(nest(60), "json")).to.not.deep.equal(nest(60));
		const deep = nest(5000);
		expect(decode(deep, "json")).to.equal(deep);
	});

	it("ends for a schema that is its own branch", () => {
		const decode = createDecoder({ anyOf: [{ $ref: "#" }] });
		expect(decode({ a: "1" }, "json")).to.deep.equal({ a: "1" });
	});

	it("takes a payload that is no object as it is", () => {
		const decode = createDecoder({ type: "array", items: { type: "integer" } });
		for (const value of [null, 5, "text", true]) {
			expect(decode(value as unknown as Payload, "json")).to.equal(value);
		}
		const list = ["1", null, "null"] as unknown as Payload;
		expect(decode(list, "json")).to.deep.equal([1, null, "null"]);
	});

	for (const schema of [
		'{"properties":{"__proto__":{"type":"object"},"b":{"type":"string"}}}',
		'{"additionalProperties":{"type":["object","string"]}}',
		'{"properties":{"b":{"type":"string"}}}',
	]) {
		it(`is not harmed by a field named __proto__ with ${schema}`, () => {
			const decode = createDecoder(JSON.parse(schema));
			for (const rest of ['"b":1', '"b":1,"c":null']) {
				const payload = JSON.parse(`{"__proto__":"{\\"evil\\":1}",${rest}}`);
				const decoded = decode(payload, "json") as Record<string, unknown>;
				expect(decoded.evil).to.equal(undefined);
				expect(({} as Record<string, unknown>).evil).to.equal(undefined);
				expect(Object.keys(decoded)).to.deep.equal(["__proto__", "b"]);
				expect(Object.getPrototypeOf(decoded)).to.equal(Object.prototype);
				expect(decoded.b).to.equal("1");
			}
		});
	}
});
