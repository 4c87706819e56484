import { expect } from "chai";
import { isSameText } from "../../../src/gate/schemes/compare.ts";

describe("isSameText", () => {
	it("is true for the same text only, of whatever length", () => {
		expect(isSameText("abc", "abc")).to.equal(true);
		expect(isSameText("", "")).to.equal(true);
		for (const other of ["", "ab", "abcd", "abC", "xbc", "abé", "ab\u0000"]) {
			expect(isSameText(other, "abc"), other).to.equal(false);
		}
		// As many characters, and more bytes.
		expect(isSameText("éé", "ab")).to.equal(false);
	});
});
