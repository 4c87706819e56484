import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { BUILT_IN_NETWORKS } from "../../src/gate/networks.ts";
import { loadKinds } from "../../src/kind/load.ts";
import { findShippedPlugins } from "../../src/plugin/loader/find.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const ROUTES =
	"# yaml-language-server: $schema=./schemas/routes.schema.json\nversion: 1\n";
const NCCO = "# yaml-language-server: $schema=../schemas/ncco.schema.json\n";
const ROUTE = `${ROUTES}routes:\n  - name: a\n    path: /a\n`;

describe("an editor", () => {
	const editor = createEditor();

	it("offers every kind, and lets any other through", async () => {
		const { kinds } = await loadKinds([join(ROOT, "schemas")]);
		const names = [...kinds.values()]
			.filter(({ schema }) => schema.webhook !== undefined)
			.map(({ name }) => name);
		expect(names).to.have.length.above(30);
		expect(await editor.complete(`${ROUTE}    kind: ▮\n`)).to.include.members(
			names,
		);
		const own = `${ROUTE}    kind: my.kind\n    handler: none\n`;
		expect(await editor.validate(own)).to.deep.equal([]);
	});

	it("offers the built-in networks, as a text and in a list", async () => {
		const names = [...BUILT_IN_NETWORKS.keys()];
		for (const text of [
			`${ROUTE}    firewall: ▮\n`,
			`${ROUTE}    firewall: [▮]\n`,
			`${ROUTE}    firewall:\n      - ▮\n`,
			`${ROUTES}server:\n  trustedProxies: [▮]\n`,
		])
			expect(await editor.complete(text), text).to.include.members(names);
		const own = `${ROUTE}    kind: sms.dlr\n    firewall: [office, 203.0.113.0/24]\n    handler: none\n`;
		expect(await editor.validate(own)).to.deep.equal([]);
	});

	it("offers the types of handlers, and the plugins that are shipped", async () => {
		expect(await editor.complete(`${ROUTE}    handler: ▮\n`)).to.include(
			"none",
		);
		expect(
			await editor.complete(`${ROUTE}    handler:\n      ▮\n`),
		).to.include.members(["plugin", "ncco", "static", "forward", "none"]);
		const shipped = [...(await findShippedPlugins()).keys()];
		expect(
			await editor.complete(`${ROUTE}    handler:\n      plugin: ▮\n`),
		).to.include.members(shipped);
		const own = `${ROUTE}    kind: sms.dlr\n    handler: { plugin: mine }\n`;
		expect(await editor.validate(own)).to.deep.equal([]);
	});

	it("completes and checks an NCCO, in routes.yaml and in a file of its own", async () => {
		const inline = (action: string) =>
			`${ROUTE}    kind: voice.answer\n    handler:\n      ncco:\n        - ${action}\n`;
		expect(await editor.complete(inline("action: ▮"))).to.include.members([
			"talk",
			"input",
			"connect",
		]);
		expect(
			await editor.complete(inline("action: talk\n          ▮")),
		).to.include.members(["text", "language", "bargeIn"]);
		expect(await editor.validate(inline("action: tlak"))).to.not.deep.equal([]);
		expect(
			await editor.validate(
				inline(
					'{ action: talk, text: "Hello {{ payload.from }}", loop: "{{ query.n }}" }',
				),
			),
		).to.deep.equal([]);
		const file = (text: string) => `${NCCO}${text}`;
		expect(
			await editor.complete(file("- action: ▮\n"), "nccos/a.yaml"),
		).to.include.members(["talk", "record"]);
		expect(
			await editor.validate(file("- { action: tlak }\n"), "nccos/a.yaml"),
		).to.not.deep.equal([]);
	});

	it("finds nothing wrong with what `init`, the repository and the examples have", async () => {
		for (const file of [
			"routes.yaml",
			"nccos/welcome.yaml",
			"nccos/sorry.yaml",
			"templates/routes.yaml",
			"templates/nccos/welcome.yaml",
		]) {
			const text = await readFile(join(ROOT, file), "utf8");
			expect(text, file).to.match(/^# yaml-language-server: \$schema=\S+\n/);
			// Where `init` puts it, the schemas stand beside it.
			const place = file.replace(/^templates\//, "");
			expect(await editor.validate(text, place), file).to.deep.equal([]);
		}
	});
});

describe("a JSON Schema validator", () => {
	it("takes both schemas as they are published", async () => {
		const read = async (name: string) =>
			JSON.parse(await readFile(join(ROOT, "schemas", name), "utf8"));
		const ajv = new Ajv2020({ strict: false, discriminator: false });
		ajv.addSchema(await read("ncco.schema.json"), "ncco.schema.json");
		const validate = ajv.compile(await read("routes.schema.json"));
		const routes = (handler: unknown) => ({
			version: 1,
			routes: [{ name: "a", path: "/a", kind: "voice.answer", handler }],
		});
		expect(
			validate(routes({ ncco: [{ action: "talk", text: "Hi" }] })),
		).to.equal(true);
		expect(validate(routes("none"))).to.equal(true);
		expect(validate(routes({ ncco: [{ action: "tlak" }] }))).to.equal(false);
	});
});

// --- helpers ---

/** The service behind the YAML support of editors, which finds a schema by the line that names it. */
function createEditor() {
	const require = createRequire(import.meta.url);
	const { getLanguageService } =
		require("yaml-language-server") as typeof import("yaml-language-server");
	const { TextDocument } =
		require("vscode-languageserver-textdocument") as typeof import("vscode-languageserver-textdocument");
	const service = getLanguageService({
		schemaRequestService: (uri) => readFile(fileURLToPath(uri), "utf8"),
		workspaceContext: {
			resolveRelativePath: (path, resource) =>
				new URL(
					path,
					`${pathToFileURL(dirname(fileURLToPath(resource))).href}/`,
				).href,
		},
	});
	service.configure({ validate: true, completion: true, customTags: [] });
	// The service remembers what it parsed by file and version.
	let version = 0;
	const open = (file: string, text: string) =>
		TextDocument.create(
			pathToFileURL(join(ROOT, file)).href,
			"yaml",
			++version,
			text,
		);
	return {
		/** Lists what is offered at the mark `▮`. */
		async complete(marked: string, file = "routes.yaml") {
			const offset = marked.indexOf("▮");
			const document = open(file, marked.replace("▮", ""));
			const { items } = await service.doComplete(
				document,
				document.positionAt(offset),
				false,
			);
			return items.map(({ label }) => label);
		},
		async validate(text: string, file = "routes.yaml") {
			const found = await service.doValidation(open(file, text), false);
			return found.map(({ message }) => message);
		},
	};
}
