import {
	mkdirSync,
	mkdtempSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { expect } from "chai";
import { findFiles } from "../../src/config/read/glob.ts";

describe("findFiles", () => {
	let folder: string;

	before(() => {
		folder = mkdtempSync(join(tmpdir(), "switchhook-glob-"));
		for (const file of [
			"b.yaml",
			"a.yaml",
			"a.yml",
			"axyaml",
			".hidden.yaml",
			"d/c.yaml",
			"d/e/f.yaml",
			"d/e/g.json",
			".git/h.yaml",
			"node_modules/i.yaml",
			"folder.yaml/j.yaml",
		]) {
			mkdirSync(dirname(join(folder, file)), { recursive: true });
			writeFileSync(join(folder, file), "");
		}
		symlinkSync(join(folder, "a.yaml"), join(folder, "link.yaml"));
		symlinkSync(join(folder, "none"), join(folder, "dead.yaml"));
		symlinkSync(folder, join(folder, "d", "up"));
	});

	after(() => rmSync(folder, { recursive: true }));

	const found: readonly [string, readonly string[]][] = [
		["*.yaml", ["a.yaml", "b.yaml", "link.yaml"]],
		["?.y*ml", ["a.yaml", "a.yml", "b.yaml"]],
		[".*.yaml", [".hidden.yaml"]],
		["d/*.yaml", ["d/c.yaml"]],
		["*/c.yaml", ["d/c.yaml"]],
		["d/../*.yml", ["a.yml"]],
		["d/**/*.yaml", ["d/c.yaml", "d/e/f.yaml"]],
		["**/f.yaml", ["d/e/f.yaml"]],
		["d/**", ["d/c.yaml", "d/e/f.yaml", "d/e/g.json"]],
		[
			"**/*.yaml",
			[
				"a.yaml",
				"b.yaml",
				"d/c.yaml",
				"d/e/f.yaml",
				"folder.yaml/j.yaml",
				"link.yaml",
			],
		],
		["none/*.yaml", []],
		["*.toml", []],
	];
	for (const [pattern, files] of found) {
		it(`finds ${files.join(" ") || "nothing"} for ${pattern}`, async () => {
			const paths = await findFiles(pattern, folder);
			expect(paths.map((path) => relative(folder, path))).to.deep.equal(files);
		});
	}

	it("finds an absolute pattern from anywhere", async () => {
		const paths = await findFiles(join(folder, "b.*"), "/nowhere");
		expect(paths).to.deep.equal([join(folder, "b.yaml")]);
	});
});
