import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { formatFinding } from "../../src/finding/finding.ts";
import { parseSource } from "../../src/finding/source.ts";
import { loadPlugin } from "../../src/plugin/loader/load.ts";
import { withFolder } from "./folder.ts";

const page = await readFile(
	new URL("../../docs/plugins.md", import.meta.url),
	"utf8",
);
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
	([, language = "", text = ""]) => ({ language, text }),
);

describe("docs/plugins.md", () => {
	const plugins = blocks.filter(({ language }) => language === "ts");
	it("has plugins", () => expect(plugins).to.have.length.above(4));

	for (const { text } of plugins) {
		const path = /^\/\/ (plugins\/\S+)/.exec(text)?.[1] ?? "no path";
		it(`has a plugin in ${path} that loads, under its own name`, () =>
			withFolder({ [path]: text }, async (folder) => {
				const { plugin, findings } = await loadPlugin(join(folder, path));
				expect(findings.map(formatFinding)).to.deep.equal([]);
				expect(path).to.match(new RegExp(`/${plugin?.name}\\.\\w+$`));
			}));
	}

	it("has YAML that can be read", () => {
		const yaml = blocks.filter(({ language }) => language === "yaml");
		expect(yaml).to.have.length.above(1);
		for (const { text } of yaml) {
			expect(parseSource(text, "docs").findings).to.deep.equal([]);
		}
	});
});
