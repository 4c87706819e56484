import { expect } from "chai";
import {
	createPaint,
	wantsColor,
} from "../../../src/observe/terminal/paint.ts";

describe("wantsColor", () => {
	type Case = readonly [Readonly<Record<string, string>>, boolean, boolean];
	const cases: readonly Case[] = [
		[{}, true, true],
		[{}, false, false],
		[{ NO_COLOR: "1" }, true, false],
		[{ NO_COLOR: "" }, true, true],
		[{ TERM: "dumb" }, true, false],
		[{ FORCE_COLOR: "1" }, false, true],
		[{ FORCE_COLOR: "" }, false, true],
		[{ FORCE_COLOR: "0" }, true, false],
		[{ FORCE_COLOR: "false" }, true, false],
		[{ FORCE_COLOR: "1", NO_COLOR: "1" }, true, true],
		[{ FORCE_COLOR: "3", TERM: "dumb" }, true, true],
	];
	for (const [env, isTTY, wanted] of cases) {
		it(`is ${wanted} for ${JSON.stringify(env)} ${isTTY ? "at" : "off"} a terminal`, () => {
			expect(wantsColor(env, isTTY)).to.equal(wanted);
		});
	}
});

describe("createPaint", () => {
	it("writes a tone around the text, and nothing where there is none", () => {
		const paint = createPaint({ colors: true });
		expect(paint("x", "bad")).to.equal("\u001b[31mx\u001b[39m");
		expect(paint("x")).to.equal("x");
		expect(paint("", "bad")).to.equal("");
		expect(createPaint({ colors: false })("x", "bad")).to.equal("x");
	});
});
