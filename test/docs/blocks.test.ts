import {
	cp,
	mkdir,
	readdir,
	readFile,
	rm,
	symlink,
	writeFile,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect } from "chai";
import { environmentOf } from "../config/case.ts";
import { installPacked, type Packed } from "../packed.ts";
import { certFile } from "../tls/certs.ts";
import { runTsc } from "../tsc.ts";
import { type Block, blocksOf, completeYaml } from "./blocks.ts";

/** The commands of the package, run in this process. */
type Run = typeof import("../../src/cli/program.ts").run;
type LoadPlugin = typeof import("../../src/plugin/loader/load.ts").loadPlugin;

/** The certificates that blocks name, which nobody can write into a page. */
const CERTS = {
	"fullchain.pem": "first.crt",
	"privkey.pem": "first.key",
	"clients.pem": "authority.crt",
};

describe("the blocks of code in the README and docs of the package", function () {
	// It packs, and compiles all blocks at once.
	this.timeout(120_000);
	let packed: Packed;
	let run: Run;
	let loadPlugin: LoadPlugin;
	const pages = new Map<string, readonly Block[]>();

	before(async () => {
		packed = await installPacked();
		const dist = (file: string) =>
			import(pathToFileURL(join(packed.home, "dist", file)).href);
		({ run } = await dist("cli/program.js"));
		({ loadPlugin } = await dist("plugin/loader/load.js"));
		await runIn(packed.folder, ["init", "fresh"]);
		// Pages on PostgreSQL and on brokers say that their clients have to be installed.
		for (const name of Object.keys(
			packed.manifest.peerDependencies as object,
		)) {
			const link = join(packed.folder, "node_modules", name);
			await mkdir(dirname(link), { recursive: true });
			await symlink(
				fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url)),
				link,
			);
		}
		for (const page of await listPages(packed.home)) {
			const text = await readFile(join(packed.home, page), "utf8");
			pages.set(page, blocksOf(page, text));
			await layOut(page);
		}
	});
	after(() => packed.remove());

	const runIn = async (
		cwd: string,
		args: readonly string[],
		env: Readonly<Record<string, string>> = {},
	) => {
		let out = "";
		const write = (text: string) => (out += text);
		const io = { stdout: { write }, stderr: { write }, env, cwd, isTTY: false };
		return { code: await run(args, io), out };
	};

	const folderOf = (page: string) =>
		join(packed.folder, "pages", page.replaceAll(/[/.]/g, "-"));

	/** Writes what `init` writes without its tests, which are of its own routes, and the files that the blocks of a page are. */
	const layOut = async (page: string) => {
		const folder = folderOf(page);
		await cp(join(packed.folder, "fresh"), folder, { recursive: true });
		await rm(join(folder, "tests"), { recursive: true });
		for (const [name, cert] of Object.entries(CERTS))
			await cp(certFile(cert), join(folder, "certs", name));
		for (const { file, text } of pages.get(page) ?? []) {
			if (file === undefined) continue;
			await mkdir(dirname(join(folder, file)), { recursive: true });
			await writeFile(join(folder, file), text);
		}
	};

	const blocks = (language: string) =>
		[...pages.values()].flat().filter((block) => block.language === language);

	it("are there", () => {
		expect(blocks("yaml").length).to.be.above(20);
		expect(blocks("ts").length).to.be.above(8);
	});

	it("pass `switchhook check` where they are YAML", async () => {
		const wrong: string[] = [];
		for (const { page, line, file, text, isFragment } of blocks("yaml")) {
			const isConfig = isFragment || /^version:/m.test(text);
			// Other files are looked at where a configuration names them.
			if (!isConfig && file !== undefined) continue;
			const whole = isFragment ? completeYaml(text) : text;
			const config = file ?? `block-${line}.yaml`;
			await writeFile(join(folderOf(page), config), whole);
			const { code, out } = await runIn(
				folderOf(page),
				["check", "--config", config],
				environmentOf(whole),
			);
			if (code !== 0) wrong.push(`${page}:${line}\n${out}`);
		}
		expect(wrong.join("\n")).to.equal("");
	});

	it("stand beside examples that pass their check too", async () => {
		const examples = join(packed.home, "examples");
		const files = (await readdir(examples, { recursive: true })).filter(
			(name) => basename(name) === "routes.yaml",
		);
		expect(files).to.not.deep.equal([]);
		const wrong: string[] = [];
		for (const file of files) {
			const folder = join(examples, dirname(file));
			const text = await readFile(join(examples, file), "utf8");
			// What its README has a reader make.
			if (text.includes("private.key"))
				await writeFile(join(folder, "private.key"), "a key");
			const env = join(examples, file.split("/", 1)[0] ?? "", ".env.example");
			// The package has no driver of PostgreSQL.
			const vars = { DATABASE_URL: "memory" };
			const args = ["check", "--env-file", env];
			const { code, out } = await runIn(folder, args, vars);
			if (code !== 0) wrong.push(`examples/${file}\n${out}`);
		}
		expect(wrong.join("\n")).to.equal("");
	});

	it("compile where they are TypeScript, and load where they are plugins", async () => {
		const wrong: string[] = [];
		for (const block of blocks("ts")) {
			const { page, line, text } = block;
			const file = block.file ?? `plugins/block-${line}.ts`;
			const path = join(folderOf(page), file);
			await mkdir(dirname(path), { recursive: true });
			await writeFile(path, text);
			if (!/^export default definePlugin/m.test(text)) continue;
			const { findings } = await loadPlugin(path);
			wrong.push(...findings.map(({ what }) => `${page}:${line} ${what}`));
		}
		// A page is a program of its own: what it declares is not for the others.
		for (const page of new Set(blocks("ts").map(({ page }) => page))) {
			// The schemas that the page shows are declared as a reader would do it.
			await runIn(folderOf(page), ["types", "--out", "plugins/types.d.ts"]);
			wrong.push(runTsc(folderOf(page)));
		}
		expect(wrong.join("")).to.equal("");
	});
});

describe("a fragment of YAML", () => {
	it("is completed by what it begins with", () => {
		const routes = (text: string) => completeYaml(text).split("routes:\n")[1];
		expect(routes("- name: a\n  path: /a\n")).to.equal(
			"  - name: a\n    path: /a\n",
		);
		expect(routes("handler: none\n")).to.equal(
			"  - name: fragment\n    kind: sms.inbound\n    path: /fragment\n    handler: none\n",
		);
		expect(routes("kind: sms.dlr\nretry: none\n")).to.equal(
			"  - name: fragment\n    path: /fragment\n    handler: { plugin: log }\n    kind: sms.dlr\n    retry: none\n",
		);
		expect(routes("- action: talk\n  text: Hello\n")).to.include(
			"      ncco:\n        - action: talk\n          text: Hello\n",
		);
		expect(completeYaml("inbox:\n  retention: 3d\n")).to.equal(
			"version: 1\ndefaults: { firewall: [vonage], signature: none }\ninbox:\n  retention: 3d\n",
		);
	});
});

// --- helpers ---

/** The pages of the package, by their path in it. */
async function listPages(home: string): Promise<readonly string[]> {
	const docs = await readdir(join(home, "docs"));
	return [
		"README.md",
		...docs
			.filter((name) => name.endsWith(".md"))
			.map((name) => `docs/${name}`),
	];
}
