import { join } from "node:path";
import { expect } from "chai";
import {
	findPlugins,
	findShippedPlugins,
	resolvePlugin,
} from "../../src/plugin/loader/find.ts";
import { withFolder } from "./folder.ts";

describe("findPlugins", () => {
	it("lists files by their base names, and folders with an index", () =>
		withFolder(
			{
				"one.ts": "",
				"two.mjs": "",
				"three.js": "",
				"four/index.ts": "",
				"four/helper.ts": "",
				"no-index/other.ts": "",
				"types.d.ts": "",
				"notes.md": "",
				".hidden.ts": "",
				"node_modules/index.js": "",
			},
			async (folder) => {
				const found = await findPlugins(folder);
				expect(Object.fromEntries(found)).to.deep.equal({
					one: join(folder, "one.ts"),
					two: join(folder, "two.mjs"),
					three: join(folder, "three.js"),
					four: join(folder, "four/index.ts"),
				});
			},
		));

	it("prefers the TypeScript of two files with one name", () =>
		withFolder({ "a.js": "", "a.ts": "" }, async (folder) => {
			const found = await findPlugins(folder);
			expect(found.get("a")).to.equal(join(folder, "a.ts"));
		}));

	it("finds none in a folder that is not there", async () => {
		expect(await findPlugins("/nowhere/at/all")).to.have.property("size", 0);
	});
});

describe("resolvePlugin", () => {
	const files = {
		"plugins/ledger.ts": "",
		"own/greeter.mjs": "",
		"own/menu/index.js": "",
	};

	it("takes a bare name from the plugins folder, and a path from where routes.yaml is", () =>
		withFolder(files, async (folder) => {
			const plugins = await findPlugins(join(folder, "plugins"));
			for (const [reference, file] of [
				["ledger", "plugins/ledger.ts"],
				["./own/greeter.mjs", "own/greeter.mjs"],
				["own/menu", "own/menu/index.js"],
				[join(folder, "own/greeter.mjs"), "own/greeter.mjs"],
			] as const) {
				const place = await resolvePlugin(reference, folder, plugins);
				expect(place.file, reference).to.equal(join(folder, file));
			}
		}));

	it("says which name was meant, and which there are", () =>
		withFolder(files, async (folder) => {
			const plugins = await findPlugins(join(folder, "plugins"));
			const place = await resolvePlugin("legder", folder, plugins);
			expect(place).to.deep.equal({
				file: undefined,
				what: "unknown plugin `legder`",
				expected: "`ledger`",
				todo: "did you mean `ledger`?",
			});
		}));

	it("takes a shipped plugin where the folder has none of its name", () =>
		withFolder({ "plugins/keywords.ts": "" }, async (folder) => {
			const plugins = await findPlugins(join(folder, "plugins"));
			const shipped = await findShippedPlugins();
			const own = await resolvePlugin("keywords", folder, plugins, shipped);
			expect(own.file).to.equal(join(folder, "plugins/keywords.ts"));
			const joined = await resolvePlugin("long-sms", folder, plugins, shipped);
			expect(joined.file).to.match(/plugins\/shipped\/long-sms\/index\.ts$/);
			const none = await resolvePlugin("longsms", folder, plugins, shipped);
			expect(none).to.include({
				expected: "one of `keywords`, `log` or `long-sms`",
				todo: "did you mean `long-sms`?",
			});
		}));

	it("says what to make where nothing is near", async () => {
		const place = await resolvePlugin("greeter", "/x", new Map());
		expect(place).to.include({ expected: undefined });
		expect(place).to.have.property("todo").that.includes("plugins/greeter.ts");
	});

	it("says that a path leads nowhere", () =>
		withFolder(files, async (folder) => {
			const place = await resolvePlugin("./own/none.ts", folder, new Map());
			expect(place)
				.to.have.property("what")
				.that.equals("there is no plugin at `./own/none.ts`");
		}));
});
