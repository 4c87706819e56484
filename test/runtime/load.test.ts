import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { formatFinding } from "../../src/finding/finding.ts";
import { createLog } from "../../src/observe/log.ts";
import { branchFor } from "../../src/route/stack.ts";
import { load } from "../../src/runtime/load.ts";

const HEAD =
	"version: 1\ndefaults: { firewall: [loopback], signature: none }\nroutes:\n";

describe("load", () => {
	let folder: string;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), "switchhook-load-"));
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	const loadFiles = async (
		files: Readonly<Record<string, string>>,
		isServed = false,
	) => {
		for (const [name, text] of Object.entries(files)) {
			await mkdir(dirname(join(folder, name)), { recursive: true });
			await writeFile(join(folder, name), text);
		}
		const log = createLog({ destination: { write: () => {} } });
		return load({
			configFile: join(folder, "routes.yaml"),
			env: {},
			setup: isServed ? { log } : false,
		});
	};
	const shown = (findings: Parameters<typeof formatFinding>[0][]): string[] =>
		findings.map((finding) =>
			formatFinding({
				...finding,
				file: finding.file.slice(folder.length + 1),
			}),
		);

	it("finds mistakes in routes.yaml and in the files that it names in one run", async () => {
		const { findings, settings, runtime } = await loadFiles({
			"routes.yaml": `${HEAD}  - { name: a, path: /a, kind: sms.inbond, level: account, handler: { plugin: lgo } }
  - { name: b, path: /b, kind: sms.dlr, level: account, handler: { plugin: lgo } }
  - { name: c, path: /c, kind: voice.answer, level: app, handler: { ncco: bye.yaml }, fallback: { ncco: [{ action: talk, text: "{{ 'a' | url }}" }] } }
`,
			"plugins/log.js":
				"export default { name: 'log', on: { '*': () => {} } };",
			"bye.yaml": "- action: tolk\n  text: Bye\n",
		});
		expect(settings).to.equal(undefined);
		expect(runtime).to.equal(undefined);
		const lines = shown([...findings]);
		expect(lines.length, lines.join("\n")).to.equal(3);
		expect(lines.join("\n")).to.match(
			/routes\.yaml:4:\d+: error: unknown kind "sms\.inbond"/,
		);
		expect(lines.join("\n")).to.match(
			/routes\.yaml:5:\d+: error: unknown plugin `lgo`/,
		);
		expect(lines.join("\n")).to.match(/bye\.yaml:1:11: error: /);
	});

	it("sets no plugin up where anything is wrong", async () => {
		const { runtime } = await loadFiles(
			{
				"routes.yaml": `${HEAD}  - { name: a, path: /a, kind: sms.dlr, level: account, handler: { plugin: loud } }
  - { name: b, path: /b, kind: sms.inbond, level: account, handler: { plugin: loud } }
`,
				"plugins/loud.js":
					"export default { name: 'loud', setup() { globalThis.wasSetUp = true; }, on: { '*': () => {} } };",
			},
			true,
		);
		expect(runtime).to.equal(undefined);
		expect(globalThis).to.not.have.property("wasSetUp");
	});

	it("lets the event loop turn between the routes, so that a reload stops no request", async () => {
		const routes = Array.from(
			{ length: 300 },
			(_, index) =>
				`  - { name: r${index}, path: /r${index}, kind: sms.dlr, level: account, handler: { plugin: slow } }\n`,
		);
		const seen = new Set<unknown>();
		let isLoading = true;
		const look = (): void => {
			seen.add(Reflect.get(globalThis, "setUps"));
			if (isLoading) setImmediate(look);
		};
		look();
		const { runtime, findings } = await loadFiles(
			{
				"routes.yaml": `${HEAD}${routes.join("")}`,
				"plugins/slow.js": `export default {
	name: "slow",
	setup() {
		globalThis.setUps = (globalThis.setUps ?? 0) + 1;
		for (const end = performance.now() + 0.3; performance.now() < end; );
	},
	on: { "*": () => {} },
};`,
			},
			true,
		);
		isLoading = false;
		Reflect.deleteProperty(globalThis, "setUps");
		expect(findings).to.deep.equal([]);
		expect(runtime?.routes).to.have.length(300);
		expect(seen.size).to.be.greaterThan(4);
	});

	it("takes a query where a route with a schema asks for GET", async () => {
		const { runtime } = await loadFiles({
			"routes.yaml": `${HEAD}  - { name: a, path: /a, schema: any.json, methods: [GET, POST], level: app, mode: reply, handler: { static: { text: ok } } }\n`,
			"any.json": '{ "type": "object" }',
		});
		const stack = runtime?.table.find("/a").stack;
		expect(stack && branchFor(stack, "GET")?.encodings).to.include("query");
	});

	it("warns of fields that its own schema does not have, and of conditions that those never fit", async () => {
		const route = (name: string, match: string) =>
			`  - { name: ${name}, path: /a, schema: own.json, level: account, ${match}handler: { plugin: log } }\n`;
		const { findings } = await loadFiles({
			"routes.yaml":
				HEAD +
				route("rest", "") +
				route("right", 'match: { sender.type: Bot, open.any: "1" }, ') +
				route("wrong", "match: { sender.typ: Bot }, ") +
				route("number", 'match: { size: "large" }, ') +
				route("never", 'match: { color: ["red", gren] }, ') +
				route("beside", "match: { headers.x-event: a, query.b: c }, "),
			"own.json": JSON.stringify({
				type: "object",
				properties: {
					sender: { type: "object", properties: { type: { type: "string" } } },
					open: { type: "object" },
					size: { type: "integer" },
					color: { enum: ["red", "green"] },
				},
			}),
			"plugins/log.js":
				"export default { name: 'log', on: { '*': () => {} } };",
		});
		expect(shown([...findings])).to.deep.equal([
			"routes.yaml:6:73: warning: `own` has no field `sender.typ` that is known, so this may never match. Did you mean `sender.type`?",
			"routes.yaml:7:80: warning: this may never match: `size` is a number, and never `large`",
			"routes.yaml:8:88: warning: this may never match: `color` is never `gren`. Expected `red` or `green`. Did you mean `green`?",
		]);
	});

	it("warns of a signature without a time where nothing else tells a webhook that comes again", async () => {
		const hmac =
			"scheme: hmac, header: x-sig, secret: kE4xQ9mT2vB7nL5cR8wY3zH6";
		const route = (name: string, more: string) =>
			`  - { name: ${name}, path: /${name}, firewall: any, signature: { ${hmac} }, handler: { plugin: log }, ${more} }\n`;
		const timed = `signature: { ${hmac}, timestamp: x-time }, firewall: any`;
		const { findings } = await loadFiles({
			"routes.yaml": `${HEAD}${route("a", "schema: any.json")}${route("b", "schema: any.json, dedupe: false")}${route("c", "schema: known.json, mode: reply")}${route("d", "schema: any.json, dedupe: id")}${route("e", "schema: known.json")}${route("f", "schema: any.json").replace("firewall: any", "firewall: 203.0.113.7")}${route("g", "schema: any.json").replace(`firewall: any, signature: { ${hmac} }`, timed)}`,
			"any.json": "{}",
			"known.json": '{ "webhook": { "dedupe": ["id"] } }',
			"plugins/log.js":
				"export default { name: 'log', on: { '*': () => {} } };",
		});
		const lines = shown([...findings]).filter((line) =>
			line.includes("the route cannot detect replays"),
		);
		expect(lines.map((line) => line.slice(0, 14))).to.deep.equal([
			"routes.yaml:4:",
			"routes.yaml:5:",
			"routes.yaml:6:",
		]);
		expect(lines[0]).to.match(/warning: .*`timestamp`.*`dedupe`/);
		expect(lines[2]).not.to.contain("`dedupe`");
	});

	it("lets a public URL that nobody wrote follow the port", async () => {
		const routes =
			"  - { name: a, path: /a, kind: voice.answer, level: app, handler: { ncco: [{ action: talk, text: ok }] } }\n";
		const free = await loadFiles({ "routes.yaml": HEAD + routes });
		free.runtime?.servedOn(18999);
		expect(free.runtime?.publicUrl()).to.equal("http://localhost:18999");
		const written = await loadFiles({
			"routes.yaml": `${HEAD.replace("routes:", "server: { publicUrl: https://hooks.example.com/v1 }\nroutes:")}${routes}`,
		});
		written.runtime?.servedOn(18999);
		expect(written.runtime?.publicUrl()).to.equal(
			"https://hooks.example.com/v1",
		);
	});
});
