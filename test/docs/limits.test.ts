import { expect } from "chai";
import { readProofs, readRows, titlesOf } from "./claims.ts";

const PAGE = "docs/limits.md";

describe(PAGE, () => {
	const rows = readRows(PAGE);
	const proofs = readProofs("test/docs/limits.yaml");
	const tests = Object.entries(proofs).flatMap(([section, byRow]) =>
		Object.entries(byRow).map(([name, some]) => ({ section, name, some })),
	);

	it("says for each limit its value, what happens beyond it, and how to change it", () => {
		expect(rows).to.have.length.greaterThan(20);
		for (const { name, cells } of rows) {
			expect(cells, name).to.have.length(4);
			expect(cells, name).to.not.include("");
		}
	});

	it("has tests that prove each row, and no proof without a row", () => {
		expect(
			tests
				.filter(({ some }) => some.length > 0)
				.map(({ section, name }) => `${section}: ${name}`),
		).to.deep.equal(rows.map(({ section, name }) => `${section}: ${name}`));
	});

	it("is proved only by tests that there are", () => {
		const missing = tests
			.flatMap(({ some }) => some)
			.filter(({ file, title }) => !titlesOf(file).has(title))
			.map(({ file, title }) => `${file}: ${title}`);
		expect(missing).to.deep.equal([]);
	});
});
