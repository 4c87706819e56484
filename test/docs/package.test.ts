import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { expect } from "chai";
import { installPacked, type Packed } from "../packed.ts";

describe("the files of the package", function () {
	this.timeout(120_000);
	let packed: Packed;
	let files: readonly string[];
	before(async () => {
		packed = await installPacked();
		const entries = await readdir(packed.home, {
			recursive: true,
			withFileTypes: true,
		});
		files = entries
			.filter((entry) => entry.isFile())
			.map((entry) =>
				relative(packed.home, join(entry.parentPath, entry.name)),
			);
	});
	after(() => packed.remove());

	it("are for users: no page for contributors, no test, nothing of the repository's own configuration", () => {
		const tops = new Set(files.map((file) => file.split("/")[0]));
		expect([...tops].sort()).to.deep.equal([
			"CHANGELOG.md",
			"LICENSE",
			"README.md",
			"SECURITY.md",
			"deploy",
			"dist",
			"docs",
			"examples",
			"package.json",
			"page",
			"plugins",
			"schemas",
			"templates",
		]);
		for (const page of ["ARCHITECTURE", "dependencies", "seed"])
			expect(files).to.not.include(`docs/${page}.md`);
		expect(
			files.filter((file) => /^plugins\/(?!shipped\/)/.test(file)),
		).to.deep.equal([]);
		expect(files).to.not.include("schemas/invoice-paid.schema.json");
	});

	it("have what `init` copies", () => {
		expect(files).to.include.members([
			"templates/gitignore",
			"templates/env.example",
			"templates/tsconfig.json",
			"templates/tests/first.yaml",
			"schemas/ncco.schema.json",
		]);
	});

	it("have no dead link among them, heading included", async () => {
		const dead: string[] = [];
		for (const page of files.filter((file) => file.endsWith(".md"))) {
			const text = await readFile(join(packed.home, page), "utf8");
			for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
				if (/^[a-z]+:/.test(target)) continue;
				const [path = "", anchor] = target.split("#");
				const file = path === "" ? page : join(dirname(page), path);
				const isThere =
					!file.startsWith("..") && existsSync(join(packed.home, file));
				if (!isThere) dead.push(`${page} → ${target}`);
				else if (anchor !== undefined && file.endsWith(".md")) {
					const there = await readFile(join(packed.home, file), "utf8");
					if (!anchorsOf(there).has(anchor)) dead.push(`${page} → ${target}`);
				}
			}
		}
		expect(dead).to.deep.equal([]);
	});

	it("name no repository and no page that does not exist", async () => {
		const text = await readFile(join(packed.home, "package.json"), "utf8");
		const { repository, homepage, bugs } = JSON.parse(text);
		expect({ repository, homepage, bugs }).to.deep.equal({
			repository: undefined,
			homepage: undefined,
			bugs: undefined,
		});
	});
});

// --- helpers ---

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): ReadonlySet<string> {
	const seen = new Map<string, number>();
	const plain = text.replaceAll(/^```[\s\S]*?^```/gm, "");
	return new Set(
		[...plain.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => {
			const anchor = heading
				.toLowerCase()
				.replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
				.replaceAll(" ", "-");
			const count = seen.get(anchor) ?? 0;
			seen.set(anchor, count + 1);
			return count === 0 ? anchor : `${anchor}-${count}`;
		}),
	);
}
