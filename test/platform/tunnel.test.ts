import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { run } from "../../src/cli/program.ts";
import { until } from "../crash/site.ts";
import {
	ACCOUNT,
	CREDENTIALS,
	LINKED,
	MAIN,
	routesFor,
	SUPPORT,
	spawnPlatform,
	withWorld,
} from "./world.ts";

const KEY = ACCOUNT.apiKey;

const developing: typeof routesFor = (mock, hooks) =>
	routesFor(mock, hooks)
		.replace("platform:\n", "platform:\n  development: true\n")
		.replace(
			"version: 1\nserver: {",
			'version: 1\nserver: { listen: "127.0.0.1:8080",',
		);

/** Runs the command until `when` says that everything is written, then ends it as Ctrl-C does. */
async function runTunnel(
	folder: string,
	args: readonly string[],
	path = "/usr/bin:/bin",
	look: () => unknown = () => {},
	end = new AbortController(),
) {
	let out = "";
	let err = "";
	const code = await run(["platform", "tunnel", ...args], {
		stdout: {
			write(text: string) {
				out += text;
				if (!text.includes("Press Ctrl-C")) return;
				if (look() !== "later") end.abort();
			},
		},
		stderr: { write: (text: string) => (err += text) },
		env: { ...CREDENTIALS, PATH: path },
		cwd: folder,
		isTTY: false,
		interrupted: () => end.signal,
	});
	return { code, out, err };
}

describe("switchhook platform tunnel", () => {
	it("points what was chosen at a URL, and puts all of it back at the end", () =>
		withWorld(
			async ({ mock, folder, hooks, writes }) => {
				const account = mock.state.account(KEY);
				const before = account.application(MAIN)?.value;
				const url = hooks.replace("127.0.0.1", "localhost");
				let during = "";
				const { code, out, err } = await runTunnel(
					folder,
					["--app", "main", "--number", SUPPORT, "--url", url],
					undefined,
					() => {
						during = `${account.application(MAIN)?.text} ${account.number(SUPPORT)?.moHttpUrl}`;
						expect(account.settings.moCallBackUrl).to.include("old.example");
					},
				);
				expect(err).to.equal("");
				expect(code).to.equal(0);
				expect(during)
					.to.include(`${url}/answer`)
					.and.include(`${url}/support`);
				expect(out).to.include(`2 objects put back from the tunnel ${url}.`);
				expect(account.application(MAIN)?.value).to.deep.equal(before);
				expect(account.number(SUPPORT)?.moHttpUrl).to.equal(
					"https://old.example/support",
				);
				expect(writes()).to.have.length(4);
			},
			{ probe: false },
			developing,
		));

	for (const [name, script] of [
		["ngrok", `echo 't=1 lvl=info msg="started tunnel" url=$TUNNEL_URL'`],
		[
			"cloudflared",
			"echo 'INF |  https://quick-words.trycloudflare.com  |' >&2",
		],
	] as const) {
		it(`starts ${name} where it is installed, and ends it`, () =>
			withWorld(
				async ({ mock, folder }) => {
					const bin = join(folder, "bin");
					await mkdir(bin);
					const file = join(bin, name);
					const url = "https://quick-words.trycloudflare.com";
					await writeFile(
						file,
						`#!/bin/sh\necho "$@" > ${folder}/args\n${script.replace("$TUNNEL_URL", url)}\nexec sleep 600\n`,
					);
					await chmod(file, 0o755);
					let during: string | undefined;
					const { code, err } = await runTunnel(
						folder,
						["--app", "main"],
						`${bin}:/usr/bin:/bin`,
						() => {
							during = mock.state.account(KEY).application(MAIN)?.text;
						},
					);
					expect(err).to.equal("");
					expect(code).to.equal(0);
					expect(during).to.include(`${url}/answer`);
				},
				{ probe: false },
				developing,
			));
	}

	it("says when no program is installed, and when one ends without a URL", () =>
		withWorld(
			async ({ folder, writes }) => {
				const none = await runTunnel(folder, ["--app", "main"], "/none");
				expect(none.err).to.match(
					/^error: Neither ngrok nor cloudflared is installed/,
				);
				const bin = join(folder, "bin");
				await mkdir(bin);
				await writeFile(
					join(bin, "ngrok"),
					"#!/bin/sh\necho authentication failed >&2\nexit 1\n",
				);
				await chmod(join(bin, "ngrok"), 0o755);
				const failed = await runTunnel(
					folder,
					["--app", "main", "--with", "ngrok"],
					`${bin}:/usr/bin:/bin`,
				);
				expect(failed.code).to.equal(2);
				expect(failed.err).to.include(
					"ngrok ended without a URL. Nothing was written. It wrote:\nauthentication failed",
				);
				expect(writes()).to.deep.equal([]);
			},
			{},
			developing,
		));

	it("keeps its process alive until Ctrl-C, with the tunnel of --url too", () =>
		withWorld(
			async ({ folder }) => {
				const timers = () =>
					process.getActiveResourcesInfo().filter((one) => one === "Timeout")
						.length;
				const before = timers();
				let during = 0;
				const end = new AbortController();
				const ran = runTunnel(
					folder,
					["--app", "main", "--url", "https://tunnel.example"],
					undefined,
					() => {
						setImmediate(() => {
							during = timers();
							end.abort();
						});
						return "later";
					},
					end,
				);
				expect((await ran).code).to.equal(0);
				expect(during).to.be.greaterThan(before);
			},
			{ probe: false },
			developing,
		));

	it("refuses a number that nobody owns, and one that no route takes", () =>
		withWorld(
			async ({ folder, writes }) => {
				const refusal = async (number: string) =>
					(
						await runTunnel(folder, [
							...["--app", "main", "--number", number],
							...["--url", "https://tunnel.example"],
						])
					).err;
				expect(await refusal("447700900999")).to.include(
					"no account with `development: true` owns 447700900999.",
				);
				expect(await refusal(LINKED)).to.include(
					`no route of level \`number\` takes ${LINKED}.`,
				);
				expect(writes()).to.deep.equal([]);
			},
			{ probe: false },
			developing,
		));

	it("ends a program that has no URL yet, by Ctrl-C", () =>
		withWorld(
			async ({ folder, writes }) => {
				const bin = join(folder, "bin");
				await mkdir(bin);
				const file = join(bin, "ngrok");
				await writeFile(
					file,
					`#!/bin/sh\necho $$ > ${folder}/part\nmv ${folder}/part ${folder}/pid\nexec sleep 600\n`,
				);
				await chmod(file, 0o755);
				const end = new AbortController();
				const ran = runTunnel(
					folder,
					["--app", "main"],
					`${bin}:/usr/bin:/bin`,
					undefined,
					end,
				);
				await until("its pid", () => existsSync(join(folder, "pid")));
				const pid = Number(await readFile(join(folder, "pid"), "utf8"));
				end.abort();
				const { code, err } = await ran;
				expect(code).to.equal(2);
				expect(err).to.include("The run was ended early. Nothing was written.");
				expect(() => process.kill(pid, 0)).to.throw("ESRCH");
				expect(writes()).to.deep.equal([]);
			},
			{},
			developing,
		));

	it("says that the platform still points at the tunnel where it cannot be put back", () =>
		withWorld(
			async ({ mock, folder, platform }) => {
				const { code, err } = await runTunnel(
					folder,
					["--app", "main", "--url", "https://tunnel.example"],
					undefined,
					() =>
						mock.fault({
							on: `PUT /v2/applications/${MAIN}`,
							answer: { status: 401 },
						}),
				);
				expect(code).to.equal(2);
				expect(err).to.match(
					/does not accept the key[^\n]*\nThe platform still points at the tunnel https:\/\/tunnel\.example\. Run `switchhook platform tunnel --restore`/,
				);
				const restored = await platform("tunnel", "--restore");
				expect(restored.out).to.include("1 object put back from the tunnel");
			},
			{ probe: false },
			developing,
		));

	it("refuses an account that is not for development, and sends nothing", () =>
		withWorld(async ({ folder, mock }) => {
			const { code, err } = await runTunnel(folder, [
				"--app",
				"main",
				"--url",
				"https://tunnel.example",
			]);
			expect(code).to.equal(2);
			expect(err).to.match(
				/^error: No account of `platform` says `development: true`/,
			);
			expect(mock.requests).to.have.length(0);
		}));

	it("refuses when nothing is chosen, or something that is not there", () =>
		withWorld(
			async ({ folder, mock }) => {
				const url = ["--url", "https://tunnel.example"];
				expect((await runTunnel(folder, url)).err).to.include(
					"Name what the tunnel takes",
				);
				expect(
					(await runTunnel(folder, ["--app", "mian", ...url])).err,
				).to.include("has no mian");
				expect(mock.requests).to.have.length(0);
			},
			{},
			developing,
		));

	it("is put back at the next start after it was killed", () =>
		withWorld(
			async ({ mock, folder, hooks, platform }) => {
				const url = hooks.replace("127.0.0.1", "localhost");
				const child = spawnPlatform(
					folder,
					["tunnel", "--app", "main", "--url", url],
					(output, running) => {
						if (output.includes("Press Ctrl-C")) running.kill("SIGKILL");
					},
				);
				await once(child, "close");
				const application = mock.state.account(KEY).application(MAIN);
				expect(application?.text).to.include(`${url}/answer`);

				const early = await platform("apply", "--yes");
				expect(early.code).to.equal(2);
				expect(early.err).to.include("is not put back. Run `switchhook");
				const restored = await platform("tunnel", "--restore");
				expect(restored.code).to.equal(0);
				expect(restored.out).to.include("1 object put back from the tunnel");
				expect(application?.value).to.deep.include({
					capabilities: ACCOUNT.applications[0]?.capabilities,
				});
				const again = await platform("tunnel", "--restore");
				expect(again.out).to.include("No tunnel left anything to put back.");
			},
			{ probe: false },
			developing,
		));
});
