import { expect } from "chai";
import { formatRate, guessRate, parseRate } from "../../src/finding/rate.ts";

describe("parseRate", () => {
	it("reads a number and a unit", () => {
		expect(parseRate("10/s")).to.deep.equal({ count: 10, perMs: 1000 });
		expect(parseRate("1/min")).to.deep.equal({ count: 1, perMs: 60_000 });
		expect(parseRate("500/h")).to.deep.equal({ count: 500, perMs: 3_600_000 });
	});

	it("reads nothing else", () => {
		for (const text of ["10", "0/s", "1.5/s", "10/m", "10 / s", "1000001/s"])
			expect(parseRate(text), text).to.equal(undefined);
	});
});

describe("guessRate", () => {
	it("knows what was probably meant", () => {
		const guesses = {
			10: "write `10/s` or `10/min`",
			"10/sec": "write `10/s`",
			"10 per minute": "write `10/min`",
			"10/m": "write `10/min`",
			"5 / hour": "write `5/h`",
			"600ps": "write `600/s`",
			fast: undefined,
			"0/s": undefined,
		};
		for (const [text, guess] of Object.entries(guesses))
			expect(guessRate(text), text).to.equal(guess);
	});
});

describe("formatRate", () => {
	it("writes what `parseRate` reads", () => {
		for (const text of ["10/s", "1/min", "90/min", "7/h", "1000000/s"]) {
			const { count, perMs } = parseRate(text) ?? { count: 1, perMs: 0 };
			expect(formatRate(perMs / count)).to.equal(text);
		}
		expect(formatRate(500)).to.equal("2/s");
		expect(formatRate(7_200_000)).to.equal("0.5/h");
	});
});
