import {
	cp,
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rm,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { COMMANDS } from "../src/cli/commands.ts";
import { ERRORS } from "../src/errors.ts";
import { formatFinding } from "../src/finding/finding.ts";
import { loadKinds } from "../src/kind/load.ts";
import { load } from "../src/runtime/load.ts";
import { environmentOf } from "./config/case.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

describe("the documentation", () => {
	let folder: string;
	let pages: Map<string, string>;

	before(async () => {
		pages = await readPages();
		folder = await mkdtemp(join(tmpdir(), "switchhook-docs-"));
		for (const name of ["plugins", "nccos", "audio"]) {
			await cp(join(ROOT, name), join(folder, name), { recursive: true });
		}
		await mkdir(join(folder, "schemas"));
		await cp(
			join(ROOT, "schemas/invoice-paid.schema.json"),
			join(folder, "schemas/invoice-paid.json"),
		);
		await mkdir(join(folder, "routes.d"));
		await writeFile(join(folder, "routes.d/empty.yaml"), "version: 1\n");
		await mkdir(join(folder, "networks"));
		await writeFile(join(folder, "networks/platform.txt"), "203.0.113.0/24\n");
		for (const [name, text] of pluginsOf(pages)) {
			await writeFile(join(folder, "plugins", `${name}.ts`), text);
		}
	});
	after(() => rm(folder, { recursive: true, force: true }));

	it("shows configurations that pass the check", async () => {
		let count = 0;
		for (const [page, text] of pages) {
			for (const block of blocksOf(text, "yaml")) {
				const configFile = join(folder, `routes-${++count}.yaml`);
				await writeFile(configFile, block);
				const { findings } = await load({
					configFile,
					env: environmentOf(block),
					setup: false,
				});
				const errors = findings
					.filter(({ severity }) => severity === "error")
					.map(formatFinding);
				expect(errors, `${page}:\n${block}`).to.deep.equal([]);
			}
		}
		expect(count).to.be.greaterThan(4);
	});

	it("shows plugins that load", () => {
		expect(pluginsOf(pages).size).to.be.greaterThan(2);
	});

	it("explains every error code once", () => {
		const page = pages.get("docs/errors.md") ?? "";
		const explained = [...page.matchAll(/^### (\w+)$/gm)].map(
			([, code]) => code,
		);
		expect(explained).to.deep.equal(Object.keys(ERRORS));
	});

	it("shows every kind with its levels, its fields, each encoding and how to send it", async () => {
		const page = pages.get("docs/kinds.md") ?? "";
		const { kinds } = await loadKinds([join(ROOT, "schemas")]);
		const sections = new Map(
			page
				.split(/^### /m)
				.slice(1)
				.map((text) => [text.split("\n", 1)[0], text]),
		);
		const own = [...kinds.values()].filter(({ schema }) => schema.webhook);
		expect([...sections.keys()]).to.have.members(own.map(({ name }) => name));
		for (const { name, levels, schema, contentTypes } of own) {
			const section = sections.get(name) as string;
			for (const level of levels)
				expect(section, name).to.contain(`| \`${level}\` |`);
			for (const field of Object.keys(schema.properties ?? {}))
				expect(section, name).to.contain(`| \`${field}\``);
			expect(section).to.contain(`\nswitchhook send ${name}\n`);
			expect(blocksOf(section, "http"), name).to.have.length(
				contentTypes.length,
			);
		}
	});

	it("links only to pages that are there", async () => {
		for (const [page, text] of pages) {
			for (const [, target = ""] of text.matchAll(
				/\]\(([^)#:]+)(?:#[^)]*)?\)/g,
			)) {
				const path = page.includes("/")
					? join(ROOT, page, "..", target)
					: join(ROOT, target);
				expect(
					await readFile(path, "utf8").then(
						() => true,
						() => false,
					),
					`${page} → ${target}`,
				).to.equal(true);
			}
		}
	});

	it("names in the README, or on their own page, the commands that there are", () => {
		const named = [
			...(pages.get("README.md") ?? "").matchAll(/^\| `switchhook (\w+)/gm),
			...(pages.get("docs/commands.md") ?? "").matchAll(/^## `(\w+)`$/gm),
		].map(([, name]) => name as string);
		const built = COMMANDS.map(({ name }) => name);
		expect([...new Set(named)].sort()).to.deep.equal(built.sort());
	});

	it("lists the built-in networks with every range", async () => {
		const page = pages.get("docs/networks.md") ?? "";
		const { BUILT_IN_NETWORKS } = await import("../src/gate/networks.ts");
		for (const [name, { ranges }] of BUILT_IN_NETWORKS) {
			expect(page).to.contain(`| \`${name}\` |`);
			if (name === "any") continue;
			for (const { cidr } of ranges) expect(page).to.contain(`\`${cidr}\``);
		}
	});
});

// --- helpers ---

async function readPages(): Promise<Map<string, string>> {
	const names = ["README.md", "CONTRIBUTING.md", "bench/README.md"];
	for (const name of await readdir(join(ROOT, "docs")))
		names.push(`docs/${name}`);
	const pages = new Map<string, string>();
	for (const name of names)
		pages.set(name, await readFile(join(ROOT, name), "utf8"));
	return pages;
}

function blocksOf(text: string, language: string): string[] {
	return [
		...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g")),
	].map(([, block]) => block as string);
}

/** The plugins that the pages show, by name. */
function pluginsOf(pages: ReadonlyMap<string, string>): Map<string, string> {
	const plugins = new Map<string, string>();
	for (const text of pages.values()) {
		for (const block of blocksOf(text, "ts")) {
			const name = /definePlugin\(\{\s*name: "([^"]+)"/.exec(block)?.[1];
			if (name !== undefined && block.includes("export default"))
				plugins.set(basename(name), block);
		}
	}
	return plugins;
}
