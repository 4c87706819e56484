import { spawnSync } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { expect } from "chai";
import { formatFinding } from "../../src/finding/finding.ts";
import { loadPlugin } from "../../src/plugin/loader/load.ts";
import { handlerOf, type Plugin } from "../../src/plugin/loader/plugin.ts";
import { load, withFolder } from "./folder.ts";

const GOOD = '{ name: "good", on: { "sms.inbound"() {} } }';

describe("loadPlugin", () => {
	const forms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
		"TypeScript with definePlugin": {
			"a.ts": `import { definePlugin, type Payloads } from "switchhook";
				export default definePlugin({ name: "good", on: {
					"sms.inbound": (event: { payload: Payloads["sms.inbound"] }): void => {} } });`,
		},
		"a plain object": { "a.ts": `export default ${GOOD};` },
		"the export `plugin`": { "a.mjs": `export const plugin = ${GOOD};` },
		CommonJS: {
			"a.js": `const { definePlugin } = require("switchhook");
				module.exports = definePlugin(${GOOD});`,
		},
		"CommonJS compiled from TypeScript": {
			"a.js": `Object.defineProperty(exports, "__esModule", { value: true });
				exports.default = ${GOOD};`,
		},
		"an ES module beside a package.json that says so": {
			"a.js": `import { definePlugin } from "switchhook"; export default definePlugin(${GOOD});`,
			"package.json": '{ "type": "module" }',
		},
		"files of its own": {
			"index.ts": `import { kind } from "./kind.ts";
				import { also } from "./also.mjs";
				import { createRequire } from "node:module";
				export default { name: "good", on: { [kind]() {}, [also]() {} } };`,
			"kind.ts": 'export const kind: string = "sms.inbound";',
			"also.mjs": 'export const also = "sms.dlr";',
		},
		"an await at the top": {
			"a.ts": `const name = await Promise.resolve("good");
				export default { name, on: { "sms.inbound"() {} } };`,
		},
	};
	for (const [form, files] of Object.entries(forms)) {
		it(`takes ${form}`, () =>
			load(files, (plugin, findings) => {
				expect(findings).to.deep.equal([]);
				expect(plugin).to.include({ name: "good" });
				expect(handlerOf(plugin as Plugin, "sms.inbound")).to.be.a("function");
				expect(handlerOf(plugin as Plugin, "voice.answer")).to.equal(undefined);
			}));
	}

	it("gives the running router's own `switchhook`", () =>
		load(
			{
				"a.ts": `import { giveUp } from "switchhook";
					export default { name: String(giveUp.name), on: { "*"() { return giveUp; } } };`,
			},
			async (plugin) => {
				const { giveUp } = await import("../../src/plugin/steer.ts");
				const handler = plugin?.on.get("*") as unknown as () => unknown;
				expect(handler()).to.equal(giveUp);
			},
		));

	it("gives it where nothing else could find `switchhook`", () =>
		withFolder(
			{
				"p.ts":
					'import { giveUp } from "switchhook";\nexport default { name: giveUp("found").message, on: { "*"() {} } };',
				"tsconfig.json": "{}",
			},
			async (folder) => {
				const load = import.meta.resolve("../../src/plugin/loader/load.ts");
				const { stdout, stderr } = spawnSync(
					process.execPath,
					[
						"--import",
						"tsx",
						"--input-type=module",
						"--eval",
						`const { loadPlugin } = await import("${load}");
						console.log((await loadPlugin("${folder}/p.ts")).plugin.name);`,
					],
					{
						encoding: "utf8",
						// The repository's own has a path for `switchhook`, which tsx follows.
						env: {
							...process.env,
							TSX_TSCONFIG_PATH: `${folder}/tsconfig.json`,
						},
					},
				);
				expect(stdout, stderr).to.equal("found\n");
			},
		));

	it("takes the file's name, or the folder's, where the plugin has none", async () => {
		const text = 'export default { on: { "*"() {} } };';
		await load({ "greeter.ts": text }, (plugin) =>
			expect(plugin).to.include({ name: "greeter" }),
		);
		await load({ "menu/index.ts": text }, (plugin) =>
			expect(plugin).to.include({ name: "menu" }),
		);
	});

	it("runs neither setup nor a handler", () =>
		load(
			{
				"a.ts": `const no = () => { throw new Error("ran"); };
					export default { setup: no, on: { "*": no }, teardown: no };`,
			},
			(plugin) =>
				expect(handlerOf(plugin as Plugin, "any.thing")).to.be.a("function"),
		));

	it("loads afresh at each call, its TypeScript imports too, and leaves nothing behind", () =>
		withFolder(
			{
				"a.mjs": 'export default { name: "one", on: { "*"() {} } };',
				"b.ts":
					'import { name } from "./name.ts"; export default { name, on: { "*"() {} } };',
				"name.ts": 'export const name = "one";',
			},
			async (folder) => {
				const names = async () => [
					(await loadPlugin(join(folder, "a.mjs"))).plugin?.name,
					(await loadPlugin(join(folder, "b.ts"))).plugin?.name,
				];
				expect(await names()).to.deep.equal(["one", "one"]);
				await writeFile(
					join(folder, "a.mjs"),
					'export default { name: "two", on: { "*"() {} } };',
				);
				await writeFile(join(folder, "name.ts"), 'export const name = "two";');
				expect(await names()).to.deep.equal(["two", "two"]);
				expect(await readdir(folder)).to.have.members([
					"a.mjs",
					"b.ts",
					"name.ts",
				]);
			},
		));

	it("loads every kind of import afresh, and tells which files it read", () =>
		withFolder(
			{
				"package.json": '{ "type": "module" }',
				"a.ts": `import { b } from "./b.js"; import { c } from "./c.mjs"; import d from "./d.cjs"; import j from "./j.json" with { type: "json" };
					const late = await import("./late.ts");
					export default { name: [b, c, d.d, j.j, late.l].join("-"), on: { "*"() {} } };`,
				...importsOf("one"),
			},
			async (folder) => {
				const read = new Set<string>();
				const inputs = {
					file: (path: string) => void read.add(relative(folder, path)),
					choice() {},
				};
				const name = async () => {
					const file = join(folder, "a.ts");
					const { plugin, findings } = await loadPlugin(file, { inputs });
					expect(findings).to.deep.equal([]);
					return plugin?.name;
				};
				expect(await name()).to.equal("one-one-one-one-one");
				for (const [file, text] of Object.entries(importsOf("two")))
					await writeFile(join(folder, file), text);
				expect(await name()).to.equal("two-two-two-two-two");
				expect([...read]).to.include.members(
					"a.ts b.js c.mjs d.cjs e.cjs j.json late.ts".split(" "),
				);
			},
		));

	it("follows imports in a circle, through modules of every kind", () =>
		load(
			{
				"a.ts": `import { b } from "./b.mjs"; export default { name: b(), on: { "*"() {} } };`,
				"b.mjs": `import "./wait.mjs"; import { c } from "./c.mjs"; export const b = () => c() + "-b";`,
				"c.mjs": `import * as b from "./b.mjs"; export const c = () => typeof b.b;`,
				"wait.mjs": "await new Promise((done) => setImmediate(done));",
			},
			(plugin) => expect(plugin?.name).to.equal("function-b"),
		));

	it("tells of an import that is not there, so that its arrival is noticed", () =>
		withFolder(
			{ "a.ts": 'import "./missing.ts"; export default {};' },
			async (folder) => {
				const read: string[] = [];
				const inputs = {
					file: (path: string) => void read.push(path),
					choice() {},
				};
				await loadPlugin(join(folder, "a.ts"), { inputs });
				expect(read).to.include(join(folder, "missing.ts"));
			},
		));

	it("calls handlers, setup and teardown with their own object as `this`", () =>
		load(
			{
				"a.ts": `export default { name: "mine", setup() { return this.name; },
					on: { "a.b"() { return this["c.d"]; }, "c.d": () => 7 } };`,
			},
			(plugin) => {
				const handler = plugin?.on.get("a.b") as unknown as () => () => number;
				expect(handler()()).to.equal(7);
				const setup = plugin?.setup as unknown as () => string;
				expect(setup()).to.equal("mine");
			},
		));

	it("does not wait for a file that never finishes", () =>
		load(
			{ "a.ts": "await new Promise(() => {}); export default {};" },
			(plugin, findings) => {
				expect(plugin).to.equal(undefined);
				expect(findings).to.deep.equal([
					"a.ts:1:1: error: importing the plugin did not finish in 0.02 s. Move an `await` at the file's top into `setup`.",
				]);
			},
			{ timeoutMs: 20 },
		));

	it("says that a file cannot be read", async () => {
		const { findings } = await loadPlugin("/nowhere/a.ts");
		expect(findings.map(formatFinding)).to.deep.equal([
			"/nowhere/a.ts:1:1: error: the plugin cannot be read: ENOENT",
		]);
	});
});

// --- helpers ---

function importsOf(word: string): Record<string, string> {
	return {
		"b.js": `export const b = "${word}";`,
		"c.mjs": `await 1; export const c = "${word}";`,
		"d.cjs": `exports.d = require("./e.cjs");`,
		"e.cjs": `module.exports = "${word}";`,
		"j.json": `{ "j": "${word}" }`,
		"late.ts": `export const l = "${word}";`,
	};
}
