import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { runCli, withFolder } from "../cli/cli.ts";
import { runInbox, withStopped } from "../cli/inbox-ground.ts";
import { commandLine, startProgram } from "../end-to-end/process.ts";
import { ask } from "../http/router.ts";
import { delivery, leaseOne, settle } from "../inbox/contract/ground.ts";

/** C1, DEL, an escape, bidirectional and invisible characters, tags, separators of lines. */
const HOSTILE =
	"\u001b]0;x\u0007 \u009b2J \u007f \u202e \u2066 \u200b \u{e0041} \u2028 \ufeff";
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/u;

const hasScript = spawnSync("script", ["--version"]).status === 0;

/** Of a configuration whose plugin writes down what it gets. */
const FILES = {
	"any.json": "{}",
	"plugins/show.mjs":
		'export default { name: "show", on: { "*": ({ payload }, context) => context.log.info("got", { payload }) } };',
};

describe("a terminal", () => {
	const route = (handler: string) => `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: none }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: hook, path: /hook, schema: any.json, handler: ${handler} }
`;

	it("is not moved by a key or a value in the log of `serve`", async function () {
		if (!hasScript) return this.skip();
		const serve = commandLine(["serve", "--log-payloads"]);
		await withFolder(
			{ ...FILES, "routes.yaml": route("{ plugin: show }") },
			async (folder) => {
				// util-linux's `script` runs it at a pseudo-terminal.
				const command = startProgram(
					["script", "-qec", `stty -onlcr; ${serve.join(" ")}`, "/dev/null"],
					folder,
				);
				try {
					const [, url] = await command.says(/(http:\/\/127[\d.:]+)/);
					await ask(`${url}/hook`, {
						method: "POST",
						headers: { "content-type": "application/json" },
						body: JSON.stringify({ [HOSTILE]: HOSTILE, last: "seen" }),
					});
					await command.says(/handled/);
				} finally {
					command.child.kill("SIGTERM");
					await command.ended;
				}
				// biome-ignore lint/suspicious/noControlCharactersInRegex: our own colours
				const seen = command.stdout().replaceAll(/\u001b\[\d+m/g, "");
				expect(seen).to.include("seen").and.include("\\x9b2J");
				expect(seen.replaceAll("\r", "")).to.not.match(OBEYED);
			},
		);
	});

	it("is not moved by what the inbox holds", () =>
		withStopped(
			async (store) => {
				await store.put([
					{
						...delivery({ id: "one" }),
						kind: HOSTILE,
						orderKey: HOSTILE,
						envelope: JSON.stringify({
							method: "POST",
							path: `/sms${HOSTILE}`,
							headers: { [HOSTILE]: HOSTILE },
						}),
						body: Buffer.from(JSON.stringify({ [HOSTILE]: HOSTILE })),
					},
				]);
				await settle(store, await leaseOne(store), {
					as: "dead",
					reason: `no: ${HOSTILE}`,
				});
			},
			async (folder) => {
				for (const args of [
					["list"],
					["list", "--json"],
					["show", "one"],
					["show", "one", "--json"],
					["export"],
				])
					for (const more of args[0] === "export"
						? [[]]
						: [[], ["--payloads"]]) {
						const { out, err } = await runInbox(folder, [...args, ...more]);
						expect(out, args.join(" ")).to.not.equal("");
						expect(out + err, args.join(" ")).to.not.match(OBEYED);
					}
			},
		));

	it("is not moved by `explain`, `check` and `routes`", () =>
		withFolder(
			{
				"routes.yaml": route(`{ plugin: ${JSON.stringify(HOSTILE)} }`),
				"good.yaml": route("{ plugin: show }"),
				...FILES,
				"payload.json": JSON.stringify({ [HOSTILE]: HOSTILE }),
			},
			async (folder) => {
				const runs = [
					["check"],
					["check", "--json"],
					["explain", "payload.json", "--to", "hook", "--config", "good.yaml"],
					[
						"explain",
						"payload.json",
						"--to",
						"hook",
						"--config",
						"good.yaml",
						"--json",
					],
					[
						"explain",
						"payload.json",
						"--to",
						`/${HOSTILE}`,
						"--config",
						"good.yaml",
					],
				];
				for (const args of runs) {
					const { out, err } = await runCli(args, folder);
					expect(out + err, args.join(" ")).to.not.equal("");
					expect(out + err, args.join(" ")).to.not.match(OBEYED);
				}
			},
		));
});
