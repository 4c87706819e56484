import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { packageFile } from "../../src/cli/package.ts";
import { runCli, withFolder } from "../cli/cli.ts";
import { environmentOf } from "../config/case.ts";

describe("the page on testing", () => {
	it("shows tests that pass", async () => {
		const page = await readFile(packageFile("docs/testing.md"), "utf8");
		const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)];
		expect(blocks).to.have.length.above(3);
		for (const [, block = ""] of blocks) {
			const files = { "routes.yaml": block };
			const { out, code } = await withFolder(files, (folder) =>
				runCli(["test"], folder, environmentOf(block)),
			);
			expect(code, `${block}\n${out}`).to.equal(0);
		}
	}).timeout(60_000);
});
