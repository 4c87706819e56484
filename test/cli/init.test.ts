import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { runCli, withFolder } from "./cli.ts";

describe("switchhook init", () => {
	it("writes a configuration that is in order, to the last warning", () =>
		withFolder({}, async (folder) => {
			const { code, out } = await runCli(["init"], folder);
			expect(code).to.equal(0);
			expect(out).to.contain("switchhook serve");
			const check = await runCli(["check", "--strict"], folder);
			expect(check.out).to.match(/^3 routes, 0 errors, 0 warnings, 2 notes/m);
			expect(check.code).to.equal(0);
		}));

	it("writes examples that would reach a handler", () =>
		withFolder({}, async (folder) => {
			await runCli(["init"], folder);
			for (const kind of ["sms.inbound", "voice.answer", "voice.event"]) {
				const { code, out } = await runCli(["explain", kind], folder);
				expect(code, out).to.equal(0);
			}
		}));

	it("writes into another folder, and says how to get there", () =>
		withFolder({}, async (folder) => {
			const { code, out } = await runCli(["init", "a/b"], folder);
			expect(code).to.equal(0);
			expect(out).to.match(/^ {2}cd a\/b$/m);
			expect(await readdir(join(folder, "a/b"))).to.include("routes.yaml");
		}));

	it("gives the configuration the name that is asked for", () =>
		withFolder({}, async (folder) => {
			const asked = ["--config", "staging/hooks.yaml"];
			const { code, out } = await runCli(["init", ...asked], folder);
			expect(code).to.equal(0);
			expect(out).to.contain("serve --config hooks.yaml");
			const check = await runCli(["check", "--strict", ...asked], folder);
			expect(check.code, check.out).to.equal(0);
		}));

	it("overwrites nothing, writes nothing, and names what is in the way", () =>
		withFolder({ "nccos/welcome.yaml": "mine" }, async (folder) => {
			const { code, err } = await runCli(["init"], folder);
			expect(code).to.equal(2);
			expect(err).to.contain("nccos/welcome.yaml");
			expect(err).not.to.contain("plugins/");
			expect(await readdir(folder)).to.deep.equal(["nccos"]);
			const file = join(folder, "nccos/welcome.yaml");
			expect(await readFile(file, "utf8")).to.equal("mine");
		}));

	it("adds nothing to a project that has it all, and only the type to one that lacks it", async () => {
		const scripts = { start: "a", check: "b", test: "c" };
		const ignores = "node_modules\n/data/\n.env\n";
		for (const [has, type] of [
			[{ type: "commonjs", scripts }, "commonjs"],
			[{ scripts }, "module"],
		] as const) {
			const text = `${JSON.stringify(has, null, 4)}\n`;
			await withFolder(
				{ "package.json": text, ".gitignore": ignores },
				async (folder) => {
					const { out } = await runCli(["init"], folder);
					const after = await readFile(join(folder, "package.json"), "utf8");
					expect(JSON.parse(after)).to.deep.equal({ ...has, type });
					expect(after).to.match(/^\{\n {4}"/);
					expect(out.includes("package.json")).to.equal(type === "module");
					expect(out).to.not.include(".gitignore");
				},
			);
		}
	});

	it("leaves the project above a folder as it is", () =>
		withFolder({ "package.json": "{}\n" }, async (folder) => {
			await runCli(["init", "webhooks"], folder);
			expect(await readdir(join(folder, "webhooks"))).to.not.include(
				"package.json",
			);
			expect(await readFile(join(folder, "package.json"), "utf8")).to.equal(
				"{}\n",
			);
		}));

	it("could not run where it cannot write", () =>
		withFolder({}, async (folder) => {
			await writeFile(join(folder, "file"), "");
			const { code, err } = await runCli(["init", "file"], folder);
			expect(code).to.equal(2);
			expect(err).to.contain("file cannot be written");
		}));
});
