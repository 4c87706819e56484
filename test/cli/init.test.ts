import { existsSync } from "node:fs";
import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { EXAMPLES, PRIVATE_KEY, RECIPES } from "../examples/example.ts";
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

	for (const recipe of RECIPES.filter((name) => EXAMPLES.includes(name))) {
		it(`writes a recipe that runs as its README says: ${recipe}`, () =>
			withFolder({}, async (folder) => {
				const asked = ["init", "mine", "--recipe", recipe];
				const { code, out, err } = await runCli(asked, folder);
				expect(code, err).to.equal(0);
				expect(out).to.contain("  cd mine\n  cp .env.example .env");
				const target = join(folder, "mine");
				await copyFile(join(target, ".env.example"), join(target, ".env"));
				await writeFile(join(target, "private.key"), PRIVATE_KEY);
				const check = await runCli(["check", "--strict"], target);
				expect(check.code, check.out).to.equal(0);
				for (const file of await readdir(target, { recursive: true })) {
					const text = /\.(?:yaml|md)$/.test(file)
						? await readFile(join(target, file), "utf8")
						: "";
					for (const [, path = ""] of text.matchAll(
						/(?:\$schema=|\]\()((?!https?:)[^\s#)]+)/g,
					))
						expect(
							existsSync(join(target, dirname(file), path)),
							`${file} → ${path}`,
						).to.equal(true);
				}
			}));
	}

	it("names the recipes where there is none of that name", async () => {
		const asked = ["init", "--recipe", "two-way-sns"];
		const { code, err } = await withFolder({}, (at) => runCli(asked, at));
		expect(code).to.equal(2);
		expect(err).to.contain(
			"there is no recipe two-way-sns, did you mean `two-way-sms`?",
		);
		expect(err).to.contain("`stripe` or `two-way-sms`");
	});

	it("leaves the README and the variables of a project as they are, and overwrites nothing", () =>
		withFolder({ "README.md": "mine", "s/routes.yaml": "" }, async (folder) => {
			const asked = ["init", "--recipe", "slack"];
			expect((await runCli(asked, folder)).code).to.equal(0);
			expect(await readFile(join(folder, "README.md"), "utf8")).to.equal(
				"mine",
			);
			const again = await runCli([...asked, "s"], folder);
			expect(again.code).to.equal(2);
			expect(await readdir(join(folder, "s"))).to.deep.equal(["routes.yaml"]);
		}));

	it("could not run where it cannot write", () =>
		withFolder({}, async (folder) => {
			await writeFile(join(folder, "file"), "");
			const { code, err } = await runCli(["init", "file"], folder);
			expect(code).to.equal(2);
			expect(err).to.contain("file cannot be written");
		}));
});
