import { relative } from "node:path";
import { expect } from "chai";
import { envFilesOf } from "../../../src/cli/load.ts";
import { loadFrom } from "../../../src/cli/serve/reload/reload.ts";
import { withFolder } from "../cli.ts";

const FILES = {
	"routes.yaml": `version: 1
include: [one.yaml, "parts/*.yaml"]
server: { listen: "127.0.0.1:0" }
inbox: { store: none }
networks: { ours: { file: ours.txt } }
defaults: { firewall: [ours], signature: none }
signatures: { key: { scheme: hmac, secret: "\${file:secret.txt}", header: x-signature } }
routes:
  - { name: answer, path: /answer, kind: voice.answer, level: app, handler: { ncco: nccos/late.yaml } }
`,
	"one.yaml": `tables: { shops: { file: tables/shops.csv, key: id }, late: { file: tables/late.csv, key: id } }
routes:
  - { name: own, path: /own, kind: shop.order, level: account, handler: { plugin: shop } }
`,
	"parts/two.yaml": `routes:
  - { name: page, path: /page, firewall: any, handler: { static: { file: page.html } } }
  - { name: paid, path: /paid, schema: paid, signature: key, handler: { plugin: ./own.ts } }
`,
	"tables/shops.csv": "id,name\n1,North\n",
	"parts/page.html": "<p>",
	"parts/own.ts": 'export default { name: "own", on: { "*"() {} } };',
	"ours.txt": "127.0.0.1\n",
	"secret.txt": "a-long-secret-of-a-test-0123456789",
	"schemas/shop.order.json": `{ "type": "object", "webhook": { "levels": ["account"] } }`,
	"schemas/paid.json": `{ "type": "object" }`,
	"plugins/shop.ts": `import "./lib/tax.ts"; export default { name: "shop", on: { "*"() {} } };`,
	"plugins/lib/tax.ts": `export * from "./rates.js";`,
	"plugins/lib/rates.js": "export const rate = 1;",
};

describe("the inputs of a configuration", () => {
	it("are all files that it names, directly or not, and those that are missing", () =>
		withFolder(FILES, async (folder) => {
			const { files } = await read(folder);
			expect(files).to.include.members([
				...Object.keys(FILES),
				".env",
				"nccos/late.yaml",
				"tables/late.csv",
			]);
			const outside = files.filter((file) => /^\.\.|node_modules/.test(file));
			expect(outside).to.deep.equal([]);
		}));

	it("are those of the part that can be read, where something is broken", () =>
		withFolder(
			{
				...FILES,
				"parts/two.yaml": "routes: [",
				"plugins/lib/tax.ts": "export const = 3;",
			},
			async (folder) => {
				const { files } = await read(folder);
				expect(files).to.include.members([
					"routes.yaml",
					"one.yaml",
					"parts/two.yaml",
				]);
			},
		));

	it("tell which plugin and which kind need a file", () =>
		withFolder(
			{ ...FILES, "nccos/late.yaml": "- { action: talk, text: Hi }" },
			async (folder) => {
				const { usersOf } = await read(folder);
				expect(usersOf("plugins/lib/rates.js")).to.have.members([
					"plugins/shop.ts",
					"plugins/lib/tax.ts",
				]);
				expect(usersOf("plugins/shop.ts")).to.deep.equal(["shop"]);
				expect(usersOf("schemas/shop.order.json")).to.deep.equal([
					"shop.order",
				]);
			},
		));
});

// --- helpers ---

async function read(folder: string) {
	const configFile = `${folder}/routes.yaml`;
	const env = {};
	const { reading } = await loadFrom({
		configFile,
		env,
		envFiles: envFilesOf({ cwd: folder, env }, { config: "routes.yaml" }),
		setup: false,
	});
	const { files } = await reading.settle();
	const show = (path: string): string =>
		path.startsWith("/") ? relative(folder, path) : path;
	return {
		files: [...files.keys()].map(show),
		usersOf: (file: string) =>
			[...reading.usersOf(`${folder}/${file}`)].map(show),
	};
}
