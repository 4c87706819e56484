import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { useBuild } from "../build.ts";
import { copyProgram } from "../copy-program.ts";
import { ask } from "../http/router.ts";
import { SHORT_LIVED } from "../program.ts";
import {
	handOver,
	makeReachableFolder,
	unprivileged,
} from "../unprivileged.ts";

const routes = (state: string, text: string): string => `version: 1
admin: { listen: "127.0.0.1:0" }
server: { listen: "127.0.0.1:0", publicUrl: "https://hooks.example.com" }
inbox: { store: "sqlite:${state}/inbox.db" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: inbound, path: /sms, kind: sms.inbound, level: account, handler: { plugin: keeper } }
  - { name: answer, path: /answer, kind: voice.answer, level: app, handler: { ncco: [{ action: talk, text: ${text} }] }, fallback: { ncco: sorry } }
`;

/** A plugin with an import of its own, in the syntax that needs the compiler. */
const PLUGIN = `import type { Payload } from "switchhook";
import { count } from "./count.js";
enum Word { One = "one" }
export default { name: "keeper", on: { "sms.inbound": async (event: { payload: Payload }, { store }) => { await store.put("n", count(Word.One)); } } };
`;
const SMS =
	"/sms?msisdn=447700900001&to=447700900000&messageId=1&text=hello&type=text&message-timestamp=2026-01-01+00:00:00";
const CALL = `/answer?from=447700900001&to=447700900000&uuid=${"a".repeat(32)}&conversation_uuid=CON-aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab`;

describe("an ordinary user with one writable folder", () => {
	const main = useBuild();
	let folder: string;
	/** The program, where the user can read it. */
	let program: string;
	let config: string;
	let state: string;

	beforeEach(async () => {
		folder = makeReachableFolder("switchhook-read-only-");
		await chmod(folder, 0o755);
		program = await copyProgram(main(), folder);
		config = join(folder, "config");
		state = join(folder, "state");
		await mkdir(join(config, "plugins"), { recursive: true });
		await mkdir(join(config, "nccos"));
		await mkdir(state, { mode: 0o700 });
		await writeFile(join(config, "routes.yaml"), routes(state, "before"));
		await writeFile(join(config, "plugins/keeper.ts"), PLUGIN);
		await writeFile(
			join(config, "plugins/count.js"),
			"export const count = (word) => word.length;\n",
		);
		await writeFile(
			join(config, "nccos/sorry.yaml"),
			"- { action: talk, text: Sorry }\n",
		);
		const user = unprivileged();
		if (user !== undefined) handOver(state, user);
		await protect(config, true);
	});
	afterEach(async () => {
		await protect(config, false);
		await rm(folder, { recursive: true, force: true });
	});

	it("runs a router: it serves, keeps, handles, reloads, takes commands, and writes nowhere else", async () => {
		const options = { cwd: config, env: env(config), ...unprivileged() };
		const child = spawn(process.execPath, [...SHORT_LIVED, program, "serve"], {
			...options,
			stdio: ["ignore", "pipe", "pipe"],
		});
		let text = "";
		for (const stream of [child.stdout, child.stderr])
			stream.setEncoding("utf8").on("data", (chunk: string) => {
				text += chunk;
			});
		const ended = once(child, "close");
		const says = async (pattern: RegExp): Promise<RegExpExecArray> => {
			const end = performance.now() + 60_000;
			while (performance.now() < end) {
				const found = pattern.exec(text);
				if (found !== null) return found;
				if (child.exitCode !== null) throw new Error(`it ended:\n${text}`);
				await new Promise((done) => setTimeout(done, 20));
			}
			throw new Error(`it never said ${pattern}:\n${text}`);
		};
		const command = (...args: string[]) =>
			promisify(execFile)(
				process.execPath,
				[...SHORT_LIVED, program, ...args],
				options,
			);
		try {
			const [, url = ""] = await says(/listens on (http:\/\/[\d.:]+)/);
			expect((await ask(url + SMS)).status).to.equal(200);
			await says(/"line":"delivery"[^\n]*delivered/);
			expect((await ask(url + CALL)).body).to.contain("before");
			await writeFile(join(config, "routes.yaml"), routes(state, "after"));
			child.kill("SIGHUP");
			await says(/the configuration was reloaded/);
			expect((await ask(url + CALL)).body).to.contain("after");
			const listed = await command("inbox", "list", "--json");
			expect(listed.stdout).to.contain('"inbound"');
			const sent = await command("send", "voice.answer");
			expect(sent.stdout).to.contain("after");
			child.kill("SIGTERM");
			expect((await ended)[0], text).to.equal(0);
			expect(text).to.not.match(/"severity":"(?:warn|error)"/);
		} finally {
			if (child.exitCode === null) child.kill("SIGKILL");
			await ended;
		}
		const written = await readdir(folder, { recursive: true });
		expect(
			written.filter((path) => !/^(?:config|state|program)(?:\/|$)/.test(path)),
		).to.deep.equal([]);
		expect((await readdir(state)).sort()).to.include("inbox.db");
		expect(await readdir(config, { recursive: true })).to.have.length(6);
	}).timeout(120_000);
});

// --- helpers ---

/** The environment of a service: neither the home nor the folder for temporary files can be written. */
function env(readOnly: string): Record<string, string> {
	return {
		PATH: process.env.PATH ?? "",
		HOME: readOnly,
		TMPDIR: readOnly,
		NODE_ENV: "production",
	};
}

/** Takes all rights to write from a folder, or gives them back. */
async function protect(folder: string, isProtected: boolean): Promise<void> {
	const entries = await readdir(folder, {
		recursive: true,
		withFileTypes: true,
	});
	for (const entry of entries.filter((one) => one.isDirectory()))
		await chmod(
			join(entry.parentPath, entry.name),
			isProtected ? 0o555 : 0o755,
		);
	await chmod(folder, isProtected ? 0o555 : 0o755);
}
