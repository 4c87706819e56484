import { expect } from "chai";
import { didYouMean, listWords, nearest } from "../../src/finding/suggest.ts";

describe("nearest", () => {
	const kinds = ["sms.inbound", "sms.dlr", "voice.answer", "voice.event"];
	const found: readonly [string, string][] = [
		["sms.inbund", "sms.inbound"],
		["SMS.Inbound", "sms.inbound"],
		["voice.anwser", "voice.answer"],
		["dlr", "sms.dlr"],
	];
	for (const [word, meant] of found) {
		it(`takes ${word} for ${meant}`, () => {
			expect(nearest(word, kinds)).to.equal(meant);
		});
	}

	for (const word of ["", "fax", "ncco.record", "x", "e"]) {
		it(`takes ${JSON.stringify(word)} for nothing`, () => {
			expect(nearest(word, kinds)).to.equal(undefined);
		});
	}

	it("takes the nearest of several", () => {
		expect(nearest("levl", ["lever", "level", "revel"])).to.equal("level");
	});

	it("takes an ending for nothing when it fits several", () => {
		expect(nearest("status", ["messages.status", "verify.status"])).to.equal(
			undefined,
		);
	});
});

describe("didYouMean", () => {
	it("asks only when something is near", () => {
		expect(didYouMean("pth", ["path"])).to.equal("did you mean `path`?");
		expect(didYouMean("retries", ["path"])).to.equal(undefined);
	});
});

describe("listWords", () => {
	it("joins words for a sentence", () => {
		expect(listWords([])).to.equal("");
		expect(listWords(["a"])).to.equal("`a`");
		expect(listWords(["a", "b"])).to.equal("`a` or `b`");
		expect(listWords(["a", "b", "c"], "and")).to.equal("`a`, `b` and `c`");
	});
});
