import { expect } from "chai";
import { formatFinding } from "../../src/finding/finding.ts";
import { toPlugin } from "../../src/plugin/loader/shape.ts";

/** The findings of a definition that is written as `text`. */
function findingsOf(exported: unknown, text = ""): readonly string[] {
	const { plugin, findings } = toPlugin(exported, { file: "a.ts", text });
	expect(plugin === undefined).to.equal(findings.length > 0);
	return findings.map(formatFinding);
}

const on = { "*": () => {} };

describe("toPlugin", () => {
	const cases: readonly (readonly [string, unknown, string, string])[] = [
		[
			"no export at all",
			{},
			"const x = 1;",
			'a.ts:1:1: error: the file exports no plugin. Write `export default definePlugin({ name: "…", on: { … } })`.',
		],
		[
			"an export that is no object",
			{ default: () => {} },
			"\nexport default () => {};",
			'a.ts:2:1: error: the file exports a function, not a plugin. Write `export default definePlugin({ name: "…", on: { … } })`.',
		],
		[
			"no `on`",
			{ default: { name: "a" } },
			"\n  export default {};",
			'a.ts:2:3: error: the plugin has no `on`. Expected a handler for each kind: `on: { "sms.inbound": (event) => { … } }`.',
		],
		[
			"an empty `on`",
			{ default: { on: {} } },
			"export default { on: {} };",
			'a.ts:1:18: error: `on` is empty. Expected a handler for each kind: `on: { "sms.inbound": (event) => { … } }`.',
		],
		[
			"a handler that is no function",
			{ default: { on: { "sms.inbound": "log" } } },
			'export default { on: {\n\t"sms.inbound": "log" } };',
			"a.ts:2:2: error: the handler of `sms.inbound` is text. Expected a function.",
		],
		[
			"a key that is not known",
			{ default: { on, tearDown() {} } },
			"export default { on,\n  tearDown() {} };",
			"a.ts:2:3: error: unknown key `tearDown` in the plugin. Expected one of `name`, `options`, `setup`, `on`, `teardown` or `handsOn`. Did you mean `teardown`?",
		],
		[
			"a setup that is no function",
			{ default: { on, setup: {} } },
			"setup: {}",
			"a.ts:1:1: error: `setup` is an object. Expected a function.",
		],
		[
			"a name that is no text",
			{ default: { on, name: 7 } },
			"name: 7",
			"a.ts:1:1: error: `name` is not a text. Expected the plugin's name.",
		],
		[
			"options that are no schema",
			{ default: { on, options: { type: "strng" } } },
			"x;\noptions: {}",
			'a.ts:2:1: error: `options` is not a valid schema: `type` must be one of "array", "boolean", "integer", "null", "number", "object", "string"',
		],
		[
			"a keyword that JSON Schema does not have",
			{ default: { on, options: { propertes: {} } } },
			"options: {}",
			'a.ts:1:1: error: `options` is not a valid schema: strict mode: unknown keyword: "propertes"',
		],
	];
	for (const [title, exported, text, start] of cases) {
		it(`refuses ${title}, and says where`, () => {
			const [finding = "", ...more] = findingsOf(exported, text);
			expect(finding.slice(0, start.length)).to.equal(start);
			expect(more).to.deep.equal([]);
		});
	}

	it("finds everything that is wrong at once", () => {
		const broken = { naem: "x", on: { a: 1, b: 2 }, setup: 3, teardown: null };
		expect(findingsOf({ default: broken })).to.have.length(5);
	});

	it("does not take what every object has for a handler", () => {
		const { plugin } = toPlugin({ on: { x() {} } }, { file: "a.ts", text: "" });
		expect(plugin?.on.get("constructor")).to.equal(undefined);
	});
});
