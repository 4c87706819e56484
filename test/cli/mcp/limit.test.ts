import { expect } from "chai";
import { describeCut, limit } from "../../../src/cli/mcp/limit.ts";

describe("the limit of a tool's result", () => {
	it("leaves a short result as it is", () => {
		const value = { a: [1, 2, { b: "c" }], d: null, e: true };
		expect(limit(value)).to.deep.equal({ value, cut: [] });
		expect(describeCut([])).to.equal("");
	});

	it("cuts long texts, lists and objects, and names the places", () => {
		const { value, cut } = limit({ text: "x".repeat(5000), few: [1] });
		expect(value.text).to.have.length(4001);
		expect(cut).to.deep.equal(["text (5000 characters)"]);
		expect(describeCut(cut)).to.contain("text (5000 characters)");
		const list = limit({ list: Array.from({ length: 1000 }, (_, at) => at) });
		expect(list.value.list).to.have.length(200);
		expect(list.cut).to.deep.equal(["list (1000 items)"]);
	});

	it("cuts ever more until the whole is short enough", () => {
		const rows = Array.from({ length: 150 }, (_, at) => ({
			id: at,
			payload: { text: "y".repeat(3900), inner: ["z".repeat(3900)] },
		}));
		const keys = Object.fromEntries(
			rows.map(({ id }) => [`k${id}`, "v".repeat(900)]),
		);
		for (const value of [{ rows }, { keys }, { rows, keys }]) {
			const limited = limit(value);
			const { length } = JSON.stringify(limited.value);
			expect(length).to.be.below(40_000);
			expect(limited.cut).to.not.deep.equal([]);
		}
	});
});
