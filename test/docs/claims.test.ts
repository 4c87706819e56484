import { expect } from "chai";
import { readProofs, readRows, titlesOf } from "./claims.ts";

const PAGE = "docs/what-can-go-wrong.md";
const PROOFS = "test/docs/what-can-go-wrong.yaml";

describe(PAGE, () => {
	const rows = readRows(PAGE);
	const proofs = readProofs(PROOFS);

	it("says for each failure what happens, what is seen of it, and what to do", () => {
		expect(rows).to.have.length.greaterThan(50);
		for (const { name, cells } of rows) {
			expect(cells, name).to.have.length(3);
			expect(cells, name).to.not.include("");
		}
	});

	it("has tests that prove each row, and no proof without a row", () => {
		const keyOf = (section: string, name: string): string =>
			`${section}: ${name}`;
		const proved = Object.entries(proofs).flatMap(([section, byRow]) =>
			Object.entries(byRow)
				.filter(([, tests]) => tests.length > 0)
				.map(([name]) => keyOf(section, name)),
		);
		expect(proved).to.deep.equal(
			rows.map(({ section, name }) => keyOf(section, name)),
		);
	});

	it("is proved only by tests that there are", () => {
		const missing = Object.values(proofs)
			.flatMap((byRow) => Object.values(byRow).flat())
			.filter(({ file, title }) => !titlesOf(file).has(title))
			.map(({ file, title }) => `${file}: ${title}`);
		expect(missing).to.deep.equal([]);
	});
});

describe("titlesOf", () => {
	it("has titles with `…` for values, and none where there is no file", () => {
		expect(titlesOf("docs/claims.test")).to.include(
			"is proved only by tests that there are",
		);
		expect(titlesOf("inbox/envelope.test")).to.include('makes "…" of "…"');
		expect(titlesOf("docs/no-such.test")).to.have.property("size", 0);
	});
});
