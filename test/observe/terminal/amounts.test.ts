import { expect } from "chai";
import {
	formatDay,
	formatMs,
	formatTime,
} from "../../../src/observe/terminal/amounts.ts";

describe("formatMs", () => {
	const cases: readonly [number, string][] = [
		[0, "<1 ms"],
		[0.589, "<1 ms"],
		[1, "1 ms"],
		[8.979, "9 ms"],
		[999.4, "999 ms"],
		[999.6, "1 s"],
		[1000, "1 s"],
		[4440, "4.4 s"],
		[9949, "9.9 s"],
		[9960, "10 s"],
		[12_300, "12 s"],
		[59_700, "1 min"],
		[65_000, "1 min 5 s"],
		[300_000, "5 min"],
		[3_599_900, "1 h"],
		[7_500_000, "2 h 5 min"],
		[86_400_000, "1 d"],
		[187_200_000, "2 d 4 h"],
	];
	for (const [ms, text] of cases) {
		it(`writes ${ms} as ${text}`, () => {
			expect(formatMs(ms)).to.equal(text);
		});
	}
});

describe("formatTime and formatDay", () => {
	it("write the time and the day where the process is", () => {
		const date = new Date(2026, 10, 9, 4, 5, 6);
		expect(formatTime(date)).to.equal("04:05:06");
		expect(formatDay(date)).to.equal("Mon 9 Nov 2026");
	});
});
