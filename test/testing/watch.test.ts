import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { watchFiles } from "../../src/cli/watch.ts";
import { withFolder } from "../cli/cli.ts";
import { type Command, startCommand } from "../end-to-end/process.ts";
import { PROJECT } from "./project.ts";

describe("watchFiles", () => {
	it("hears of a file that is written, one that is put in its place, and one in a folder", () =>
		withFolder(
			{ "a.yaml": "1", "b.yaml": "1", "d/c.yaml": "1" },
			async (folder) => {
				const at = (name: string): string => join(folder, name);
				const heard = async (change: () => Promise<void>): Promise<void> => {
					let stop = (): void => {};
					const seen = new Promise<void>((resolve) => {
						stop = watchFiles([at("a.yaml"), at("d"), at("absent/e")], resolve);
					});
					// A change that comes before the system watches is not seen: it comes again.
					const again = setInterval(() => void change(), 50);
					await seen;
					clearInterval(again);
					stop();
				};
				await heard(() => writeFile(at("a.yaml"), "2"));
				await heard(async () => {
					await writeFile(at("a.new"), "3");
					await rename(at("a.new"), at("a.yaml")).catch(() => {});
				});
				await heard(() => writeFile(at("d/c.yaml"), "2"));
			},
		));
});

describe("switchhook test --watch", () => {
	let command: Command | undefined;
	afterEach(async () => {
		if (command?.child.exitCode === null) command.child.kill("SIGKILL");
		await command?.ended;
	});

	it("runs again when a test, or a plugin, changes, and ends at ^C", () =>
		withFolder(
			{
				...PROJECT,
				"tests/own.yaml":
					"- { name: a, send: sms.inbound, expect: { route: answer } }\n",
			},
			async (folder) => {
				const running = startCommand(["test", "--watch"], folder);
				command = running;
				await running.says(/0 passed, 1 failed[\s\S]*Waiting for changes/);
				const fine =
					"- { name: a, send: sms.inbound, expect: { route: inbound-sms } }\n";
				await writeFile(join(folder, "tests/own.yaml"), fine);
				await running.says(/1 passed, 0 failed/);
				await running.says(/(?:Waiting for changes[\s\S]*){2}/);
				await writeFile(
					join(folder, "plugins/obeys.ts"),
					`export default { name: "obeys", on: { "*"() { throw new Error("changed"); } } };`,
				);
				await running.says(/the plugin `obeys` threw: changed/);
				running.child.kill("SIGINT");
				expect(await running.ended).to.equal(0);
			},
		)).timeout(60_000);
});
