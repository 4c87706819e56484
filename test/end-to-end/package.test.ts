import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { ask } from "../http/router.ts";
import { packOnce } from "../packed.ts";
import { UNCOUNTED } from "../program.ts";
import { startProgram } from "./process.ts";

const run = promisify(execFile);

describe("the npm package", function () {
	// It packs, installs from npm's cache, and starts twice.
	this.timeout(180_000);
	let folder: string;
	before(async () => {
		folder = await mkdtemp(join(tmpdir(), "switchhook-package-"));
	});
	after(() => rm(folder, { recursive: true, force: true }));

	it("works from an empty folder, and runs no script at install: init, check, serve, send", async () => {
		await writeFile(join(folder, "switchhook.tgz"), await packOnce());
		await run(
			"npm",
			[
				"install",
				"--prefer-offline",
				"--ignore-scripts",
				"--no-audit",
				"--no-fund",
				"--loglevel",
				"error",
				"./switchhook.tgz",
			],
			{ cwd: folder, env: UNCOUNTED },
		);
		const main = join(folder, "node_modules/.bin/switchhook");

		await run(main, ["init"], { cwd: folder, env: UNCOUNTED });
		const checked = await run(main, ["check"], { cwd: folder, env: UNCOUNTED });
		expect(checked.stdout).to.match(/0 errors/);

		const router = startProgram(
			[main, "serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"],
			folder,
			{ env: UNCOUNTED },
		);
		try {
			const [, url = ""] = await router.says(/listens on (http:\/\/[\d.:]+)/);
			expect((await ask(`${url}/nowhere`)).status).to.equal(404);
			const sent = await run(main, ["send", "sms.inbound"], {
				cwd: folder,
				env: UNCOUNTED,
			});
			expect(sent.stdout).to.match(/^received: the route `inbound-sms` /m);
		} finally {
			router.child.kill("SIGTERM");
		}
		expect(await router.ended).to.equal(0);
	});
});
