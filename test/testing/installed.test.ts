import { execFile } from "node:child_process";
import {
	cp,
	mkdir,
	mkdtemp,
	readdir,
	rm,
	symlink,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { packageFile } from "../../src/cli/package.ts";
import { packOnce } from "../packed.ts";
import { UNCOUNTED } from "../program.ts";

const run = promisify(execFile);
const ROOT = packageFile("");

const MOCHA_TEST = `
import { strictEqual } from "node:assert";
import { createTestRouter, createTestEvent, createTestContext, signWebhook } from "switchhook/testing";
import greeter from "./plugins/greeter.mjs";

describe("my routes", () => {
	it("answer a call", async () => {
		const router = await createTestRouter({ config: "./routes.yaml" });
		try {
			const answer = await router.send("voice.answer", { set: { from: "447700900001" } });
			strictEqual(answer.body[0].text, "Hello 447700900001 in 2026");
			strictEqual((await router.deliveries()).length, 1);
		} finally {
			await router.close();
		}
	});
	it("have a plugin that greets", () => {
		const event = createTestEvent("voice.answer", { payload: { from: "447700900002" } });
		const [talk] = greeter.on["voice.answer"](event, createTestContext());
		strictEqual(talk.text.slice(0, 18), "Hello 447700900002");
	});
	it("are signed", () => {
		const signed = signWebhook({ scheme: "vonage-jwt", secret: "0123456789abcdef0123456789abcdef" });
		strictEqual(signed.headers.authorization.startsWith("Bearer "), true);
	});
});
`;

const FILES: Readonly<Record<string, string>> = {
	"package.json": `{ "type": "module", "private": true }`,
	"routes.yaml": `version: 1
defaults: { firewall: [vonage], signature: none }
routes:
  - { name: answer, path: /answer, kind: voice.answer, level: app, handler: { plugin: greeter } }
tests:
  - { name: greets, send: voice.answer, expect: { ncco: [{ action: talk }] } }
`,
	"plugins/greeter.mjs": `import { definePlugin } from "switchhook";
export default definePlugin({ name: "greeter", on: { "voice.answer": ({ payload }) => [{ action: "talk", text: "Hello " + payload.from + " in " + new Date().getFullYear() }] } });
`,
	"own.test.mjs": MOCHA_TEST,
	"types.ts": `import { createTestContext, createTestEvent, createTestRouter } from "switchhook/testing";
const event = createTestEvent("sms.inbound", { payload: { text: "hi" } });
const number: string = event.payload.msisdn;
const context = createTestContext({ options: { text: "a" }, state: { seen: 1 } });
const seen: number = context.state.seen;
export const router = createTestRouter({ config: { version: 1 }, fetch: [{ url: "https://a.example" }] });
export { number, seen };
// @ts-expect-error a field that the kind does not have as a number
createTestEvent("sms.inbound", { payload: { text: 17 } });
`,
	"tsconfig.json": `{ "compilerOptions": { "module": "nodenext", "target": "es2023", "strict": true, "noEmit": true, "types": [], "skipLibCheck": true }, "files": ["types.ts"] }`,
};

describe("switchhook/testing, installed", function () {
	// It packs, and starts three programs.
	this.timeout(180_000);
	let folder: string;
	before(async () => {
		folder = await mkdtemp(join(tmpdir(), "switchhook-testing-"));
		await writeFile(join(folder, "package.tgz"), await packOnce());
		await run("tar", ["-xzf", "package.tgz"], { cwd: folder });
		const modules = join(folder, "node_modules");
		// The package as it is published, beside the packages that it depends on.
		await cp(join(folder, "package"), join(modules, "switchhook"), {
			recursive: true,
		});
		for (const name of await readdir(join(ROOT, "node_modules")))
			if (!name.startsWith("."))
				await symlink(join(ROOT, "node_modules", name), join(modules, name));
		for (const [name, text] of Object.entries(FILES)) {
			const file = join(folder, name);
			await mkdir(dirname(file), { recursive: true });
			await writeFile(file, text);
		}
	});
	after(() => rm(folder, { recursive: true, force: true }));

	it("runs in a test of mocha", async () => {
		const mocha = join(ROOT, "node_modules/mocha/bin/mocha.js");
		const { stdout } = await run(
			process.execPath,
			// A test loads the router, which takes long on a busy machine.
			[mocha, "--no-config", "--timeout=60000", "own.test.mjs"],
			{ cwd: folder, env: UNCOUNTED },
		);
		expect(stdout).to.contain("3 passing");
	});

	it("runs as switchhook test", async () => {
		const main = join(folder, "node_modules/switchhook/dist/cli/main.js");
		const { stdout } = await run(process.execPath, [main, "test"], {
			cwd: folder,
			env: UNCOUNTED,
		});
		expect(stdout).to.contain("✓ greets").and.contain("1 passed, 0 failed");
	});

	it("is typed", async () => {
		const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
		const { stdout } = await run(process.execPath, [tsc, "-p", "."], {
			cwd: folder,
			env: UNCOUNTED,
		});
		expect(stdout).to.equal("");
	});
});
