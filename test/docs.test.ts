import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { COMMANDS } from "../src/cli/commands.ts";
import { ERRORS } from "../src/errors.ts";
import { loadKinds } from "../src/kind/load.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

describe("the documentation", () => {
	let pages: Map<string, string>;

	before(async () => {
		pages = await readPages();
	});

	it("explains every error code once", () => {
		const page = pages.get("docs/errors.md") ?? "";
		const explained = [...page.matchAll(/^### (\w+)$/gm)].map(
			([, code]) => code,
		);
		expect(explained).to.deep.equal(Object.keys(ERRORS));
	});

	it("shows every kind with its levels, its fields, an example and how to send it", async () => {
		const overview = pages.get("docs/kinds.md") ?? "";
		const { kinds } = await loadKinds([join(ROOT, "schemas")]);
		const sections = new Map(
			[...pages]
				.filter(([page]) => page.startsWith("docs/kinds/"))
				.flatMap(([, text]) => text.split(/^## /m).slice(1))
				.map((text) => [text.split("\n", 1)[0], text]),
		);
		const own = [...kinds.values()].filter(({ schema }) => schema.webhook);
		expect([...sections.keys()]).to.have.members(own.map(({ name }) => name));
		for (const { name, levels, schema, contentTypes, isOwn } of own) {
			const section = sections.get(name) as string;
			for (const level of levels)
				expect(section, name).to.contain(`| \`${level}\` |`);
			for (const field of Object.keys(schema.properties ?? {}))
				expect(section, name).to.contain(`| \`${field}\``);
			expect(section).to.contain(`\nswitchhook send ${name}\n`);
			// No request brings an own event of the router.
			const kind = isOwn ? "json" : "http";
			expect(blocksOf(section, kind), name).to.have.length(1);
			if (!isOwn)
				for (const encoding of contentTypes)
					expect(section).to.contain(encoding);
			expect(overview).to.contain(`| [${name}](kinds/`);
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

	it("names the commands that there are", () => {
		const page = pages.get("docs/commands.md") ?? "";
		const named = [...page.matchAll(/^\| `switchhook (\w+)`/gm)].map(
			([, name]) => name as string,
		);
		expect(named).to.deep.equal(COMMANDS.map(({ name }) => name));
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
	for (const name of await readdir(join(ROOT, "docs"), { recursive: true })) {
		if (name.endsWith(".md") && !name.startsWith(".vitepress"))
			names.push(`docs/${name}`);
	}
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
