import { expect } from "chai";
import {
	fromPointer,
	parsePointer,
	toPointer,
} from "../../src/finding/pointer.ts";

describe("a JSON pointer", () => {
	it("is written and read the same, whatever the keys are", () => {
		for (const path of [[], [""], ["a/b", "~1", "m~n"], ["0", "ä"]]) {
			expect(parsePointer(toPointer(path))).to.deep.equal(path);
		}
	});

	it("names an item of a list by a number, a field by its text", () => {
		const document = { a: [{ "0": [] }] };
		expect(fromPointer("/a/0/0/1", document)).to.deep.equal(["a", 0, "0", 1]);
	});

	it("may lead beyond the document", () => {
		expect(fromPointer("/a/b/c", {})).to.deep.equal(["a", "b", "c"]);
	});
});
