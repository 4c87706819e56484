import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Io } from "../../../src/cli/io.ts";
import { run } from "../../../src/cli/program.ts";
import { ask } from "../../http/router.ts";
import { runCli, withFolder } from "../cli.ts";
import {
	type CopiedRouter,
	LISTEN_FILES,
	startCopied,
	TOKEN,
	until,
	WEAK_TOKEN,
} from "./ground.ts";

const SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";

describe("switchhook listen", () => {
	it("prints one line for each event in a pipe, with masked numbers", () =>
		withListening([], async ({ router, out, err, stop }) => {
			await until(() => err().includes("Listening to"), "it listens");
			await router.sms({ text: "\u001b[31mred" });
			await ask(
				`${router.url}/menu?from=447700900001&to=AcmeInc&uuid=u&conversation_uuid=c`,
			);
			await until(() => out().split("\n").length > 2, "two lines");
			const [sms = "", call = ""] = out().split("\n");
			expect(sms).to.match(
				/^\d\d:\d\d:\d\d {2}sms {15}sms\.inbound {6}account {3}44\*{8}01 → 44\*{8}00 {2}received .*[\da-f-]{18}$/,
			);
			expect(call).to.match(/menu .* → \[masked\] +handled/);
			expect(err()).to.not.include("whsec_");
			expect(await stop()).to.equal(0);
		}));

	it("prints one JSON object for each event, with its content and the answer of the service", () =>
		withListening(
			["--output", "json", "--to", "http://127.0.0.1:9/in", "--route", "sms"],
			async ({ router, out, err, stop }) => {
				await until(() => err().includes("Listening to"), "it listens");
				expect(err()).to.match(/signed with the secret whsec_[\w+/]{32}/);
				await router.sms({ text: "one\u202e" });
				await router.sms({ to: "447700900009" });
				await until(() => out().includes("\n"), "a line");
				expect(out()).to.not.include("\u202e");
				const { raw, ...copy } = JSON.parse(out());
				expect(copy).to.deep.include({
					type: "copy",
					route: "sms",
					kind: "sms.inbound",
					level: "account",
					outcome: "received",
					method: "POST",
					path: "/sms",
					client: "127.0.0.1",
				});
				expect(JSON.parse(Buffer.from(raw, "base64").toString())).to.deep.equal(
					copy.payload,
				);
				expect(copy.payload.text).to.equal("one\u202e");
				expect(copy.sent).to.include({ url: "http://127.0.0.1:9/in" });
				expect(copy.sent.reason).to.match(/nothing listens/);
				expect(await stop()).to.equal(0);
				expect(out().trim().split("\n")).to.have.length(1);
			},
		));

	it("finds the router of its folder, and its token, without an option", () =>
		withFolder(LISTEN_FILES, async (folder) => {
			const router = await startCopied(folder);
			await writeFile(
				join(folder, "admin.json"),
				JSON.stringify({ url: router.admin, token: TOKEN, pid: process.pid }),
				{ mode: 0o600 },
			);
			for (const args of [[], ["--from", `${router.admin}/live`]]) {
				const listening = listenIn(folder, args, {});
				await until(
					() => listening.err().includes("Listening to"),
					"it listens",
				);
				expect(await listening.stop()).to.equal(0);
			}
			await router.stop();
		}));

	for (const [why, args, env, message] of [
		["without a router", [], {}, /no router with an admin listener runs/],
		[
			"without a token",
			["--from", "http://127.0.0.1:9"],
			{},
			/needs a token .*SWITCHHOOK_ADMIN_TOKEN/,
		],
		[
			"where nothing listens",
			["--from", "127.0.0.1:9"],
			{ SWITCHHOOK_ADMIN_TOKEN: "x" },
			/no answer from http:\/\/127\.0\.0\.1:9/,
		],
		[
			"with a URL that is none",
			["--from", "ftp://x"],
			{},
			/--from: it is not an HTTP URL/,
		],
		["with a target that is none", ["--to", "x"], {}, /--to: it is not a URL/],
		[
			"with a secret that is none",
			["--secret", "!"],
			{},
			/--secret: not a secret/,
		],
		[
			"with an output that does not exist",
			["--output", "xml"],
			{},
			/compact, json/,
		],
	] as const) {
		it(`ends with 2 ${why}`, () =>
			withFolder(LISTEN_FILES, async (folder) => {
				await mkdir(join(folder, "data"));
				const { code, err } = await runCli(["listen", ...args], folder, env);
				expect(err).to.match(message);
				expect(code).to.equal(2);
			}));
	}

	it("ends with 2 for a token without `reveal`, and names the scope", () =>
		withListening(
			[],
			async ({ ended, err }) => {
				expect(await ended).to.equal(2);
				expect(err()).to.match(/lacks the scope `reveal`/);
			},
			{ SWITCHHOOK_ADMIN_TOKEN: WEAK_TOKEN },
		));

	it("takes its secret", () =>
		withListening(
			["--secret", SECRET, "--to", "http://127.0.0.1:9"],
			async ({ err, stop }) => {
				await until(() => err().includes("Listening to"), "it listens");
				expect(err()).to.not.include(SECRET);
				await stop();
			},
		));
});

// --- helpers ---

interface Listening {
	readonly router: CopiedRouter;
	out(): string;
	err(): string;
	/** Resolves with the exit code. */
	readonly ended: Promise<number>;
	stop(): Promise<number>;
}

function withListening(
	args: readonly string[],
	use: (listening: Listening) => Promise<void>,
	env: Readonly<Record<string, string>> = { SWITCHHOOK_ADMIN_TOKEN: TOKEN },
): Promise<void> {
	return withFolder(LISTEN_FILES, async (folder) => {
		const router = await startCopied(folder);
		const listening = listenIn(folder, ["--from", router.admin, ...args], env);
		try {
			await use({ router, ...listening });
		} finally {
			await listening.stop();
			await router.stop();
		}
	});
}

/** Runs the command in this process until it is stopped. */
function listenIn(
	cwd: string,
	args: readonly string[],
	env: Readonly<Record<string, string>>,
): Omit<Listening, "router"> {
	let out = "";
	let err = "";
	const stop = new AbortController();
	const io: Omit<Io, "exit"> = {
		stdout: { write: (text: string) => (out += text) },
		stderr: { write: (text: string) => (err += text) },
		env,
		cwd,
		isTTY: false,
		interrupted: () => stop.signal,
	};
	const ended = run(["listen", ...args], io);
	return {
		ended,
		out: () => out,
		err: () => err,
		stop() {
			stop.abort();
			return ended;
		},
	};
}
