import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { withFolder } from "../cli/cli.ts";
import { type Command, startCommand } from "../end-to-end/process.ts";
import { PROJECT } from "./project.ts";

/** What a caller hears comes from a table and a variable. */
const TABLE = {
	"routes.yaml":
		`tables: { t: { file: t.csv, key: n } }\n${PROJECT["routes.yaml"]}`.replace(
			"Hello {{ payload.from }}",
			`Hello of {{ t[payload.to].name }} in \${CITY:-Rome}`,
		),
	"t.csv": "n,name\n447700900000,Umbrella\n",
};

describe("switchhook test --watch", () => {
	let command: Command | undefined;
	afterEach(async () => {
		if (command?.child.exitCode === null) command.child.kill("SIGKILL");
		await command?.ended;
	});

	it("runs again when a test, a plugin, a table or .env changes, and ends at ^C", () =>
		withFolder(
			{
				...PROJECT,
				...TABLE,
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
				await running.says(
					/the plugin `obeys` threw at plugins\/obeys\.ts:1:53: changed/,
				);
				const more = `- { name: b, send: voice.answer, expect: { ncco: [{ text: "Hello of Acme in Bern" }, {}] } }\n`;
				await writeFile(join(folder, "new.yaml"), more);
				await rename(join(folder, "new.yaml"), join(folder, "tests/more.yaml"));
				await running.says(/got {7}"Hello of Umbrella in Rome"/);
				await writeFile(join(folder, ".env"), "CITY=Bern\n");
				await running.says(/got {7}"Hello of Umbrella in Bern"/);
				await writeFile(join(folder, "t.csv"), "n,name\n447700900000,Acme\n");
				await running.says(/✓ b/);
				await rm(join(folder, "tests/own.yaml"));
				await running.says(/1 passed, 1 failed[\s\S]*1 passed, 0 failed/);
				running.child.kill("SIGINT");
				expect(await running.ended).to.equal(0);
			},
		)).timeout(60_000);
});
