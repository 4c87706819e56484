import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { packageFile } from "../../src/cli/package.ts";
import { LINE_TYPES, SEVERITIES } from "../../src/observe/log.ts";

interface Schema {
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly enum?: readonly unknown[];
}

describe("schemas/log.schema.json", () => {
	let types: Readonly<Record<string, Schema>> = {};
	let page = "";
	let isValid: (line: unknown) => boolean = () => false;

	before(async () => {
		const read = (path: string) => readFile(packageFile(path), "utf8");
		const schema = JSON.parse(await read("schemas/log.schema.json"));
		types = schema.$defs;
		page = await read("docs/log.md");
		const ajv = new Ajv2020({ allowUnionTypes: true });
		isValid = ajv.compile(schema);
	});

	/** The part of the page about a type. */
	const partOf = (type: string): string =>
		page.split(/^### /m).find((part) => part.startsWith(`\`${type}\``)) ??
		expect.fail(`the page has no part on ${type}`);

	it("has every severity, and every type of line", () => {
		expect(types.severity?.enum).to.deep.equal(
			SEVERITIES.filter((severity) => severity !== "silent"),
		);
		expect(types).to.include.all.keys(LINE_TYPES);
	});

	for (const type of LINE_TYPES) {
		it(`is explained by docs/log.md, each field of \`${type}\``, () => {
			const common = ["severity", "time", "line", "msg", "worker"];
			const names = Object.keys(types[type]?.properties ?? {});
			const part = partOf(type);
			const untold = names.filter(
				(name) => !common.includes(name) && !part.includes(`\`${name}\``),
			);
			expect(untold).to.deep.equal([]);
		});

		it(`fits the example of \`${type}\` in docs/log.md, and no line with a field more`, () => {
			const [, json = ""] = /```json\n(.*)\n```/.exec(partOf(type)) ?? [];
			const line = JSON.parse(json);
			expect(line.line).to.equal(type);
			expect(isValid(line), json).to.equal(true);
			expect(isValid({ ...line, more: 1 })).to.equal(false);
			expect(isValid({ ...line, line: "other" })).to.equal(false);
		});
	}
});
