import { expect } from "chai";
import { load } from "./folder.ts";

describe("a broken plugin", () => {
	const cases: readonly {
		readonly title: string;
		readonly files: Readonly<Record<string, string>>;
		readonly finding: string;
	}[] = [
		{
			title: "a syntax error",
			files: { "a.ts": "const ok = 1;\nconst x = 1 +;\nexport default {};" },
			finding: "a.ts:2:14: error: syntax error: Unexpected token",
		},
		{
			title: "a syntax error of a file that it imports",
			files: {
				"a.ts": 'import "./b.ts";\nexport default {};',
				"b.ts": "\n\nlet a = 1; let a = 2;",
			},
			finding:
				"b.ts:3:16: error: syntax error: Identifier 'a' has already been declared",
		},
		{
			title: "a throw, where the author wrote it and not where it ran",
			files: {
				"a.ts":
					'import { definePlugin } from "switchhook";\nconst n: number = 1, s: string = nothing.at;\nexport default definePlugin({});',
			},
			finding:
				"a.ts:2:34: error: the plugin threw while it was loaded: ReferenceError: nothing is not defined",
		},
		{
			title: "a throw on the first line",
			files: {
				"a.ts":
					'import { definePlugin } from "switchhook"; export default definePlugin(nothing);',
			},
			finding:
				"a.ts:1:72: error: the plugin threw while it was loaded: ReferenceError: nothing is not defined",
		},
		{
			title: "a throw inside a file that it imports, where it calls it",
			files: {
				"a.ts": 'import { f } from "./b.ts";\nexport default f();',
				"b.ts": 'export function f() { throw new Error("no\\nstack"); }',
			},
			finding: "a.ts:2:17: error: the plugin threw while it was loaded: no",
		},
		{
			title: "something thrown that is no error",
			files: { "a.ts": 'throw "words";' },
			finding: "a.ts:1:1: error: the plugin threw while it was loaded: words",
		},
		{
			title: "a name that switchhook does not have",
			files: {
				"a.ts":
					'import { definePlugins } from "switchhook";\nexport default definePlugins({});',
			},
			finding:
				"a.ts:2:29: error: the plugin threw while it was loaded: TypeError: `definePlugins` is not a function",
		},
		{
			title: "a package that is not installed",
			files: {
				"a.ts":
					'import { join } from "node:path";\nimport not from "not-installed";\nexport default not(join);',
			},
			finding:
				"a.ts:2:17: error: cannot find the module `not-installed`. Install it where the plugin is: `npm install not-installed`.",
		},
		{
			title: "a file that is not there, named by one that is",
			files: {
				"a.ts": 'import "./b.ts";\nexport default {};',
				"b.ts": '\nimport "./c.ts";',
			},
			finding:
				"b.ts:2:8: error: cannot find the module `./c.ts`. Check the path: it starts from this file.",
		},
	];
	for (const { title, files, finding } of cases) {
		it(`names file, line and column of ${title}`, () =>
			load(files, (plugin, findings) => {
				expect(plugin).to.equal(undefined);
				expect(findings).to.deep.equal([finding]);
			}));
	}
});
