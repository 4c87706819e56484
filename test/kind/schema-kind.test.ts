import { expect } from "chai";
import { compileKind, loadSchemaKind } from "../../src/kind/load.ts";
import { schemaKindOf } from "./folder.ts";

describe("loadSchemaKind", () => {
	it("takes the name of a plain $id, else of the file", async () => {
		const named: [string, object, string][] = [
			["paid.json", { $id: "invoice-paid" }, "invoice-paid"],
			["paid.json", { $id: "https://example.com/x.json" }, "paid"],
			["paid.schema.json", {}, "paid"],
			["shop.paid.json", {}, "shop.paid"],
		];
		for (const [file, schema, name] of named) {
			expect((await schemaKindOf(file, schema)).name).to.equal(name);
		}
	});

	it("reads YAML, and leaves replies to the route", async () => {
		const kind = await schemaKindOf(
			"paid.yaml",
			"required: [amount]\nproperties:\n  amount: { type: integer }\n",
		);
		expect(kind.reply).to.deep.equal({ body: "any", required: false });
		expect(kind.decode({ amount: "5" }, "form")).to.deep.equal({ amount: 5 });
		expect(kind.validate({ amount: "five" })).to.have.length(1);
	});

	it("keeps to the keyword where the file has it", async () => {
		const kind = await schemaKindOf("paid.json", {
			webhook: { reply: { body: "none" }, methods: ["GET"] },
		});
		expect(kind.reply).to.deep.equal({ body: "none", required: false });
		expect(kind.methods).to.deep.equal(["GET"]);
	});

	it("takes schemas of the older dialects", async () => {
		for (const draft of ["draft-07", "draft/2019-09"]) {
			const kind = await schemaKindOf("old.json", {
				$schema: `http://json-schema.org/${draft}/schema#`,
				definitions: { n: { type: "integer" } },
				properties: { list: { items: [{ $ref: "#/definitions/n" }] } },
			});
			expect(compileKind(kind)).to.deep.equal([]);
			expect(kind.decode({ list: ["1"] }, "json")).to.deep.equal({ list: [1] });
			expect(kind.validate({ list: ["x"] })).to.have.length(1);
		}
	});

	it("takes a $schema that is a path for an editor", async () => {
		const kind = await schemaKindOf("paid.json", {
			$schema: "./kind.schema.json",
			required: ["amount"],
		});
		expect(compileKind(kind)).to.deep.equal([]);
		expect(kind.validate({})).to.have.length(1);
	});

	it("follows references inside the file", async () => {
		const kind = await schemaKindOf("refs.json", {
			$id: "https://example.com/refs.json",
			$defs: {
				amount: { type: "integer" },
				named: { $anchor: "money", type: "integer" },
			},
			properties: {
				a: { $ref: "#/$defs/amount" },
				b: { $ref: "#money" },
				c: { $ref: "https://example.com/refs.json#/$defs/amount" },
			},
		});
		expect(compileKind(kind)).to.deep.equal([]);
		const decoded = kind.decode({ a: "1", b: "2", c: "3" }, "form");
		expect(decoded).to.deep.equal({ a: 1, b: 2, c: 3 });
		expect(kind.validate({ a: "x", b: "x", c: "x" })).to.have.length(3);
	});

	it("names a file that does not exist", async () => {
		const { kind, findings } = await loadSchemaKind("/nowhere/paid.json");
		expect(kind).to.equal(undefined);
		expect(findings).to.deep.equal([
			{
				file: "/nowhere/paid.json",
				line: 1,
				column: 1,
				severity: "error",
				what: "the file does not exist",
			},
		]);
	});
});
