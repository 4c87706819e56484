import { expect } from "chai";
import { findingsOf } from "./folder.ts";

describe("the findings of a kind file", () => {
	const cases: readonly [string, Record<string, string | object>, string[]][] =
		[
			[
				"broken JSON",
				{ "a.json": '{\n\t"title": "A",\n\t"type" "object"\n}' },
				["a.json:3:9: error: a comma is missing before this"],
			],
			[
				"broken YAML",
				{ "a.yaml": "title: [A\n" },
				["a.yaml:1:8: error: the `[` that opens here is never closed"],
			],
			[
				"a key written twice",
				{ "a.json": '{\n\t"title": "A",\n\t"title": "B"\n}' },
				["a.json:3:2: error: the key `title` is written twice"],
			],
			[
				"a file that is no schema",
				{ "a.json": "[]" },
				[
					"a.json:1:1: error: the file is not a JSON Schema. Expected an object",
				],
			],
			[
				"an unknown key of the keyword, with the one that was meant",
				{ "a.json": '{\n\t"webhook": {\n\t\t"dedup": ["id"]\n\t}\n}' },
				[
					"a.json:3:3: error: unknown key `dedup` in `webhook`. Did you mean `dedupe`?",
				],
			],
			[
				"an unknown key of a setting",
				{ "a.json": { webhook: { settings: { app: { REST: "x" } } } } },
				[
					"a.json:5:5: error: unknown key `REST` in `webhook.settings.app`. Did you mean `rest`?",
				],
			],
			[
				"an unknown level",
				{ "a.json": { webhook: { levels: ["application"] } } },
				[
					"a.json:4:4: error: `webhook.levels.0` is not valid. Expected `account`, `number`, `app`, `request` or `ncco`.",
				],
			],
			[
				"an unknown mode, with the one that was meant",
				{ "a.json": { webhook: { mode: "replay" } } },
				[
					"a.json:3:11: error: `webhook.mode` is not valid. Expected `reply` or `accept`. Did you mean `reply`?",
				],
			],
			[
				"a sort of personal value that there is not, wherever it stands",
				{
					"a.json": {
						properties: {
							a: { personal: "phone" },
							b: { items: { anyOf: [{ personal: "mail" }] } },
							personal: { type: "string", personal: true },
						},
						$defs: {
							personal: { properties: { examples: { personal: "txt" } } },
						},
						examples: [{ personal: "anything" }],
					},
				},
				[
					'a.json:4:16: error: `personal` does not know "phone". Expected one of number, text, email, code, keys',
					'a.json:10:19: error: `personal` does not know "mail". Expected one of number, text, email, code, keys. Did you mean `email`?',
					"a.json:17:16: error: `personal` is not a text. Expected one of number, text, email, code, keys",
					'a.json:24:18: error: `personal` does not know "txt". Expected one of number, text, email, code, keys. Did you mean `text`?',
				],
			],
			[
				"a timeout without its unit",
				{ "a.json": { webhook: { timeout: "15" } } },
				["a.json:3:14: error: `webhook.timeout` is not valid"],
			],
			[
				"a keyword that is no object",
				{ "a.json": { webhook: [] } },
				["a.json:2:13: error: `webhook` is not valid: it must be an object"],
			],
			[
				"a setting for a level that it does not have",
				{
					"a.json": {
						webhook: { levels: ["app"], settings: { number: { rest: "x" } } },
					},
				},
				[
					"a.json:7:4: error: `webhook.settings` has the level `number`, which is not in `webhook.levels`. Expected one of app.",
				],
			],
			[
				"an unknown dialect",
				{ "a.json": { $schema: "http://json-schema.org/draft-04/schema#" } },
				["a.json:2:13: error: `$schema` names a dialect that is not known"],
			],
			[
				"two files of one name",
				{ "a.json": { $id: "same" }, "b.json": { $id: "same" } },
				["b.json:1:1: error: the kind `same` is also in a.json"],
			],
			[
				"a keyword of JSON Schema with a wrong value",
				{ "a.json": { properties: { b: { type: "strin" } } } },
				["a.json:4:12: error: `properties.b.type` is not valid"],
			],
			[
				"a pattern that is none",
				{ "a.json": { properties: { b: { pattern: "(" } } } },
				[
					"a.json:4:15: error: the schema does not compile: Invalid regular expression",
				],
			],
			[
				"a format that is none",
				{ "a.json": { properties: { b: { format: "e-mail" } } } },
				["a.json:4:14: error: the schema does not compile: unknown format"],
			],
			[
				"a reference that leads nowhere",
				{ "a.json": { properties: { b: { $ref: "#/$defs/c" } } } },
				[
					"a.json:4:12: error: the `$ref` has no target. Put the target under `$defs`",
				],
			],
			[
				"a keyword that JSON Schema does not have, as a warning",
				{ "a.json": { "x-mine": 1, requierd: ["b"] } },
				[
					"a.json:3:2: warning: `requierd` is not a keyword of JSON Schema and does nothing. Did you mean `required`?",
				],
			],
			[
				"recognize with a wrong value",
				{ "a.json": { webhook: { recognize: { required: "a" } } } },
				["a.json:4:16: error: `webhook.recognize.required` is not valid"],
			],
			[
				"an example that does not fit",
				{ "a.json": { required: ["b"], examples: [{ b: 1 }, { c: 1 }] } },
				[
					"a.json:9:3: error: the example does not match its own schema: /b is missing",
				],
			],
			[
				"an example that its own kind does not know",
				{
					"a.json": {
						webhook: { recognize: { required: ["b"] } },
						examples: [{ c: 1 }],
					},
				},
				["a.json:10:3: error: `webhook.recognize` does not know this example"],
			],
		];
	for (const [name, files, expected] of cases) {
		it(`name ${name}`, async () => {
			const findings = await findingsOf(files);
			expect(findings).to.have.length(expected.length);
			for (const [index, text] of expected.entries()) {
				expect(findings[index]).to.satisfy(
					(found: string) => found.startsWith(text),
					findings[index],
				);
			}
		});
	}

	it("tell every mistake of all files at once", async () => {
		const findings = await findingsOf({
			"a.json": { webhook: { mode: "x", dedup: [], timeout: "1" } },
			"b.json": "{",
		});
		expect(findings.map((text) => text.split(":", 1)[0])).to.deep.equal([
			"a.json",
			"a.json",
			"a.json",
			"b.json",
		]);
	});
});
