import { expect } from "chai";
import { proofsOf, readRows, titlesOf } from "./claims.ts";

const PAGE = "docs/what-can-go-wrong.md";

describe(PAGE, () => {
	const rows = readRows(PAGE);

	it("says for each failure what is seen, what becomes of it, and which test proves it", () => {
		expect(rows).to.have.length.greaterThan(50);
		for (const row of rows) {
			expect(Object.keys(row)).to.include("Test");
			expect(Object.values(row), row.What).to.not.include("");
		}
	});

	it("names only tests that there are", () => {
		const missing = rows
			.flatMap(({ Test = "" }) => proofsOf(Test))
			.filter(({ file, title }) => !titlesOf(file).has(title))
			.map(({ file, title }) => `${file}: ${title}`);
		expect(missing).to.deep.equal([]);
	});
});

describe("titlesOf", () => {
	it("has titles with `…` for values, and none where there is no file", () => {
		expect(titlesOf("docs/claims.test")).to.include(
			"names only tests that there are",
		);
		expect(titlesOf("inbox/envelope.test")).to.include('makes "…" of "…"');
		expect(titlesOf("docs/no-such.test")).to.have.property("size", 0);
	});
});
