import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { packageFile } from "../../src/cli/package.ts";
import { runCli, withFolder } from "../cli/cli.ts";
import { blocksOf } from "./blocks.ts";

/** Goes through the page as a reader does, and looks at what it shows of the output. */
describe("the page for the first ten minutes", () => {
	it("shows what `init`, `check`, `test` and `send` say, and how mistakes are explained", () =>
		withFolder({ "package.json": `{ "type": "commonjs" }` }, async (folder) => {
			const page = await readFile(
				packageFile("docs/getting-started.md"),
				"utf8",
			);
			const shown = (text: string) => expect(page).to.include(text.trimEnd());
			const init = await runCli(["init"], folder);
			shown(init.out.slice(0, init.out.indexOf("\n\n")));
			const files = new Map<string, string>();
			for (const { file, text, language } of blocksOf("page", page)) {
				if (file === undefined || language !== "yaml") continue;
				files.set(file, text);
				await mkdir(dirname(join(folder, file)), { recursive: true });
				await writeFile(join(folder, file), text);
			}
			expect([...files.keys()]).to.deep.equal([
				"nccos/menu.yaml",
				"routes.yaml",
				"tests/first.yaml",
			]);
			expect((await runCli(["check", "--strict"], folder)).code).to.equal(0);
			const passed = await runCli(["test"], folder);
			expect(passed.code, passed.out).to.equal(0);
			shown(withoutTimes(passed.out).split("\n\n")[0] ?? "");

			const change = async (file: string, from: string, to: string) => {
				const text = files.get(file) ?? "";
				expect(text).to.include(from);
				await writeFile(join(folder, file), text.replace(from, to));
			};
			await change("nccos/menu.yaml", "press 1", "press one");
			const failed = await runCli(["test"], folder);
			expect(failed.code).to.equal(1);
			shown(withoutTimes(failed.out).split("\n\n")[0] ?? "");

			await change("routes.yaml", "action: connect", "action: conect");
			const wrong = await runCli(["check"], folder);
			const [, at = ""] = /(routes\.yaml:\d+:\d+): error/.exec(wrong.out) ?? [];
			shown(`error: \`action\` is \`conect\`\n  --> ${at}`);
			await change("routes.yaml", 'dtmf.digits: "2"', 'dtmf.digits: "1"');
			const twice = await runCli(["check"], folder);
			const [finding = "none"] = /^.*: error: .*$/m.exec(twice.out) ?? [];
			shown(finding);
		}));
});

// --- helpers ---

function withoutTimes(text: string): string {
	return text.replaceAll(/ \d+ ms$/gm, "");
}
