import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { ANNOTATIONS, readRoutesSchema } from "../../src/config/read/shape.ts";
import { checkText } from "./case.ts";

interface Part {
	readonly [keyword: string]: unknown;
	readonly $ref?: string;
	readonly type?: unknown;
	readonly properties?: Readonly<Record<string, Part>>;
	readonly required?: readonly string[];
}

const root = readRoutesSchema() as Part & {
	readonly $defs: Readonly<Record<string, Part>>;
};

/** The objects of the schema by name: the root's and those of `$defs`. */
const objects = Object.entries({ root, ...root.$defs }).filter(
	([, part]) => part.properties !== undefined,
);

describe("the schema of routes.yaml", () => {
	it("is a JSON Schema 2020-12 without unknown keywords", () => {
		const ajv = new Ajv2020({
			strict: true,
			strictTypes: false,
			strictRequired: false,
		});
		// For editors; `editor.test.ts` looks at it.
		ajv.addSchema({ type: "array" }, "ncco.schema.json");
		for (const annotation of ANNOTATIONS) ajv.addKeyword(annotation);
		expect(ajv.compile(root)).to.be.a("function");
	});

	it("knows no key that it does not name", () => {
		for (const [name, part] of objects) {
			expect(part.additionalProperties, name).to.equal(false);
		}
	});

	it("describes every key, and says its default or that it is required", () => {
		for (const [name, part] of objects) {
			for (const [key, value] of Object.entries(part.properties ?? {})) {
				const label = `${name}.${key}`;
				expect(value.description, label).to.match(/\.$/);
				const says =
					"default" in value ||
					"defaultNote" in value ||
					part.required?.includes(key) === true;
				expect(says, label).to.equal(true);
			}
		}
	});

	it("gives durations and sizes their unit", () => {
		expect(root.$defs.duration?.unit).to.equal("duration");
		expect(root.$defs.size?.unit).to.equal("size");
		expect(root.$defs.server?.properties?.drainTimeout?.$ref).to.equal(
			"#/$defs/duration",
		);
	});

	it("lets `defaults` hold what is not a route's own identity", () => {
		const own = ["name", "path", "kind", "schema", "match", "enabled"];
		const keys = (name: string) =>
			Object.keys(root.$defs[name]?.properties ?? {});
		expect(keys("defaults").sort()).to.deep.equal(
			keys("route")
				.filter((key) => ![...own, "handler"].includes(key))
				.sort(),
		);
	});

	it("has the defaults that the code has", async () => {
		const server = root.$defs.server?.properties ?? {};
		const written = await checkText(
			`version: 1\nserver: { listen: ${server.listen?.default}, bodyLimit: ${server.bodyLimit?.default}, drainTimeout: ${server.drainTimeout?.default} }\n`,
		);
		const silent = await checkText("version: 1\n");
		expect(written.settings?.server).to.deep.equal(silent.settings?.server);
	});
});
