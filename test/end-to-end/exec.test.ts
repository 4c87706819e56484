import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { withFolder } from "../cli/cli.ts";
import { until } from "../crash/site.ts";
import { ask } from "../http/router.ts";
import { startCommand } from "./process.ts";

const ROUTES = `version: 1
server: { listen: "127.0.0.1:0" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: long, path: /long, kind: sms.inbound, level: account, handler: { exec: { command: [./run.sh], maxFiles: 64 } } }
`;
const SMS =
	"?msisdn=447700900001&to=447700900000&messageId=1&text=hello&type=text&message-timestamp=2026-01-01+00:00:00";

describe("a program of a router that is killed", () => {
	it("is killed too", async function () {
		if (process.platform !== "linux") return this.skip();
		const files = {
			"routes.yaml": ROUTES,
			"run.sh": "#!/bin/sh\necho $$ > pid\nexec sleep 600\n",
		};
		await withFolder(files, async (folder) => {
			await chmod(join(folder, "run.sh"), 0o755);
			const command = startCommand(["serve"], folder);
			let pid: number | undefined;
			try {
				const [, url = ""] = await command.says(
					/listens on (http:\/\/[\d.:]+)/,
				);
				await ask(`${url}/long${SMS}`);
				await until("the program started", async () => {
					pid = await readPid(join(folder, "pid"));
					return pid !== undefined;
				});
				expect(await isRunning(pid)).to.equal(true);
				command.child.kill("SIGKILL");
				await command.ended;
				await until("the program ended", async () => !(await isRunning(pid)));
				pid = undefined;
			} finally {
				if (command.child.exitCode === null) command.child.kill("SIGKILL");
				if (pid !== undefined) process.kill(pid, "SIGKILL");
			}
		});
	});
});

async function readPid(file: string): Promise<number | undefined> {
	const text = await readFile(file, "utf8").catch(() => "");
	return text.endsWith("\n") ? Number(text) : undefined;
}

/** A process that nobody has waited for yet has ended all the same. */
async function isRunning(pid: number | undefined): Promise<boolean> {
	const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
	return /^\d+ \(.*\) [^ZX]/.test(stat);
}
