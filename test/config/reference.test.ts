import { readFileSync } from "node:fs";
import { expect } from "chai";
import {
	generateRoutesReference,
	REFERENCE,
} from "../../scripts/generate-routes-reference.ts";
import { readRoutesSchema } from "../../src/config/read/shape.ts";
import { checkText, environmentOf } from "./case.ts";

describe("the reference page of routes.yaml", () => {
	const page = generateRoutesReference();

	it("is up to date", () => {
		expect(
			readFileSync(REFERENCE, "utf8"),
			"stale: run `npm run generate`",
		).to.equal(page);
	});

	it("has a row for every key", () => {
		const { properties, $defs } = readRoutesSchema() as {
			properties: object;
			$defs: Record<string, { properties?: object }>;
		};
		const keys = [{ properties }, ...Object.values($defs)].flatMap((part) =>
			Object.keys(part.properties ?? {}),
		);
		for (const key of keys) expect(page).to.include(`| \`${key}\` |`);
	});

	it("leaves no cell without a word", () => {
		expect(page).to.not.match(/undefined|\[object/);
	});

	const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)];
	for (const [index, [, block = ""]] of blocks.entries()) {
		it(`shows a valid file in block ${index + 1}`, async () => {
			const { settings, lines } = await checkText(block, environmentOf(block));
			expect(lines).to.deep.equal([]);
			expect(settings?.routes).to.not.have.length(0);
		});
	}

	it("has such blocks", () => {
		expect(blocks.length).to.be.greaterThan(1);
	});
});
