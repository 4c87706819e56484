import { access, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runCli } from "../cli/cli.ts";
import { stopRouter, useRouters } from "../serving/serve.ts";
import type { Command } from "./process.ts";
import { here } from "./router.ts";

describe("serve --inbox", () => {
	const startRouter = useRouters();
	let command: Command;
	let folder: string;
	before(async () => {
		folder = await mkdtemp(join(tmpdir(), "switchhook-serve-inbox-"));
		await cp(here("serve"), folder, { recursive: true });
		const file = join(folder, "routes.yaml");
		const text = await readFile(file, "utf8");
		await writeFile(file, text.replace("store: none", "store: sqlite:x/i.db"));
	});
	after(() => rm(folder, { recursive: true, force: true }));
	afterEach(() => stopRouter(command));

	for (const [store, warning, outcome] of [
		["memory", "the inbox is in memory", "received"],
		["none", "there is no inbox", "handled"],
	] as const) {
		it(`${store}: says that nothing survives, writes no file, and serves`, async () => {
			command = startRouter(folder, [
				"--listen",
				"127.0.0.1:0",
				"--inbox",
				store,
			]);
			await command.says(/listens on (http:\/\/[\d.:]+)/);
			await command.says(new RegExp(warning));
			const sent = await runCli(["send", "sms.inbound"], folder);
			expect(sent.out).to.match(new RegExp(`^${outcome}: `, "m"));
			const file = await access(join(folder, "x/i.db")).then(
				() => "there",
				() => "not there",
			);
			expect(file).to.equal("not there");
		});
	}
});
