import { join } from "node:path";
import { expect } from "chai";
import { exists } from "../../src/cli/load.ts";
import { runCli, withFolder } from "../cli/cli.ts";
import { ask } from "../http/router.ts";
import { stopRouter, useRouters } from "../serving/serve.ts";
import type { Command } from "./process.ts";
import { startFrom } from "./router.ts";

const startRouter = useRouters();

describe("a plugin of the running router", () => {
	it("goes by its form: TypeScript with imports, CommonJS, ESM, a folder", () =>
		withFolder(
			{
				"routes.yaml": routes(
					["typescript", "common", "esm", "folder"].map((name) =>
						call(name, `{ plugin: ${name} }`),
					),
				),
				"plugins/typescript.ts": `import { definePlugin } from "switchhook";
import { greet } from "greet";
import { twice } from "../lib/twice.ts";
export default definePlugin({ name: "typescript", on: { "voice.answer": () => [{ action: "talk", text: twice(greet) }] } });\n`,
				"lib/twice.ts": `export const twice = (text: string): string => text + text;\n`,
				"node_modules/greet/package.json": `{ "name": "greet", "version": "1.0.0", "main": "index.js" }`,
				"node_modules/greet/index.js": `module.exports.greet = "hi";\n`,
				"plugins/common.js": `module.exports = ${says("common")};\n`,
				"plugins/esm.mjs": `export default ${says("esm")};\n`,
				"plugins/folder/index.js": `import { definePlugin } from "switchhook";\nexport default definePlugin(${says("folder")});\n`,
			},
			async (folder) => {
				const router = await startFrom(folder);
				const heard: string[] = [];
				for (const name of ["typescript", "common", "esm", "folder"]) {
					heard.push((await ask(`${router.url}/${name}?${CALL}`)).body);
				}
				await router.close();
				expect(heard).to.deep.equal(
					["hihi", "common", "esm", "folder"].map(
						(text) => `[{"action":"talk","text":"${text}"}]`,
					),
				);
			},
		));

	it("is checked without being set up: a kind that it does not handle is a finding", () =>
		withFolder(
			{
				"routes.yaml": routes([
					call("a", "{ plugin: other }"),
					"{ name: b, path: /b, kind: sms.inbound, level: account, handler: { plugin: other } }",
				]),
				"plugins/other.mjs": `import { writeFileSync } from "node:fs";
export default { name: "other", setup() { writeFileSync(new URL("ran", import.meta.url), ""); }, on: { "sms.inbound": () => {} } };\n`,
			},
			async (folder) => {
				const { code, out } = await runCli(["check"], folder);
				expect(code).to.equal(1);
				expect(out).to.match(
					/^routes\.yaml:5:\d+: error: the plugin `other` does not handle `voice\.answer`/,
				);
				expect(await exists(join(folder, "plugins/ran"))).to.equal(false);
			},
		));
});

describe("a plugin's mistake", () => {
	let command: Command | undefined;
	afterEach(async () => {
		await stopRouter(command);
	});

	it("stops the boot with file, line and column", () =>
		withFolder(
			{
				"routes.yaml": routes([call("a", "{ plugin: broken }")]),
				"plugins/broken.ts": `const table: any = undefined;\n\ntable.open();\nexport default {};\n`,
			},
			async (folder) => {
				command = startRouter(folder);
				expect(await command.ended).to.equal(1);
				expect(command.stderr()).to.match(
					/^plugins\/broken\.ts:3:\d+: error: the plugin threw while it was loaded/,
				);
				expect(command.stderr()).to.not.contain("listens on");
			},
		));

	for (const [what, code] of [
		["a promise that nobody waits for", 'Promise.reject(new Error("stray"))'],
		[
			"a throw in a timer",
			'setTimeout(() => { throw new Error("stray"); }, 0)',
		],
	] as const) {
		it(`harms nobody else when it is ${what}`, () =>
			withFolder(
				{
					"routes.yaml": routes([call("a", "{ plugin: stray }")]),
					"plugins/stray.mjs": `export default { on: { "*": () => { ${code}; return [{ action: "talk", text: "hi" }]; } } };\n`,
				},
				async (folder) => {
					command = startRouter(folder);
					const [, url] = await command.says(/listens on (http:\/\/[\d.:]+)/);
					const first = await ask(`${url}/a?${CALL}`);
					await command.says(/"message":"stray".*uncaught error/);
					const second = await ask(`${url}/a?${CALL}`);
					expect([first.status, second.status]).to.deep.equal([200, 200]);
					command.child.kill("SIGTERM");
					expect(await command.ended).to.equal(0);
				},
			));
	}
});

describe("SIGTERM", () => {
	let command: Command | undefined;
	afterEach(async () => {
		await stopRouter(command);
	});

	it("lets a request under way have its answer", () =>
		withFolder(
			{
				"routes.yaml": routes([call("a", "{ plugin: slow }")]),
				// It goes on when it is told to stop, so that the answer can only come after that.
				"plugins/slow.mjs": `export default { on: { "*": (event, { log }) => new Promise((done) => {
	process.once("SIGTERM", () => setImmediate(() => done([{ action: "talk", text: "finished" }])));
	log.info("at work");
}) } };\n`,
			},
			async (folder) => {
				command = startRouter(folder);
				const [, url] = await command.says(/listens on (http:\/\/[\d.:]+)/);
				const waiting = ask(`${url}/a?${CALL}`);
				await command.says(/at work/);
				command.child.kill("SIGTERM");
				const heard = await waiting;
				expect(heard).to.include({
					status: 200,
					body: '[{"action":"talk","text":"finished"}]',
				});
				expect(await command.ended).to.equal(0);
			},
		));

	it("lets a handler that heeds its signal have its answer when the time to drain is over", () =>
		withFolder(
			{
				"routes.yaml": routes([call("a", "{ plugin: slow }")]).replace(
					"drainTimeout: 5s",
					"drainTimeout: 1ms",
				),
				"plugins/slow.mjs": `export default { on: { "*": (event, { log, signal }) => new Promise((done) => {
	signal.addEventListener("abort", () => done([{ action: "talk", text: "hurried" }]));
	log.info("at work");
}) } };\n`,
			},
			async (folder) => {
				command = startRouter(folder);
				const [, url] = await command.says(/listens on (http:\/\/[\d.:]+)/);
				const waiting = ask(`${url}/a?${CALL}`);
				await command.says(/at work/);
				command.child.kill("SIGTERM");
				const heard = await waiting;
				expect(heard).to.include({
					status: 200,
					body: '[{"action":"talk","text":"hurried"}]',
				});
				expect(await command.ended).to.equal(0);
			},
		));
});

describe("a static answer of the running router", () => {
	const WORDS = "0123456789";
	it("can be fetched whole, in part, again, and as VoiceXML", () =>
		withFolder(
			{
				"routes.yaml": routes([
					"{ name: hold, path: /hold.wav, kind: ncco.stream, level: ncco, handler: { static: { file: hold.wav } } }",
					"{ name: vxml, path: /call, methods: [GET, POST], handler: { static: { file: call.vxml } } }",
				]),
				"hold.wav": WORDS,
				"call.vxml": `<vxml version="2.1"/>`,
			},
			async (folder) => {
				const router = await startFrom(folder);
				const fetched = (headers = {}, method = "GET") =>
					ask(`${router.url}/hold.wav`, { headers, method });
				const whole = await fetched();
				const etag = whole.headers.etag ?? "";
				const part = await fetched({ range: "bytes=2-4" });
				const same = await fetched({ "if-none-match": etag });
				const beyond = await fetched({ range: "bytes=10-" });
				const head = await fetched({}, "HEAD");
				const call = await ask(`${router.url}/call`, {
					method: "POST",
					headers: { "content-type": "application/x-www-form-urlencoded" },
					body: "nexmo_caller_id=447700900001",
				});
				await router.close();
				expect(whole).to.include({ status: 200, body: WORDS });
				expect(whole.headers["content-type"]).to.equal("audio/wav");
				expect(part).to.include({ status: 206, body: "234" });
				expect(part.headers["content-range"]).to.equal("bytes 2-4/10");
				expect(same).to.include({ status: 304, body: "" });
				expect(beyond.status).to.equal(416);
				expect(head).to.include({ status: 200, body: "" });
				expect(head.headers["content-length"]).to.equal("10");
				expect(call.status).to.equal(200);
				expect(call.headers["content-type"]).to.match(
					/^(text|application).*xml/,
				);
			},
		));
});

// --- helpers ---

const CALL = "to=447700900000&from=447700900001&uuid=1";

function routes(entries: readonly string[]): string {
	return `version: 1
server: { listen: "127.0.0.1:0", drainTimeout: 5s }
defaults: { firewall: [loopback], signature: none, fallback: { ncco: [{ action: talk, text: Sorry }] } }
routes:
${entries
	.map(
		(entry) => `  - ${entry}
`,
	)
	.join("")}`;
}

function call(name: string, handler: string): string {
	return `{ name: ${name}, path: /${name}, kind: voice.answer, level: app, handler: ${handler} }`;
}

function says(text: string): string {
	return `{ name: "${text}", on: { "voice.answer": () => [{ action: "talk", text: "${text}" }] } }`;
}
