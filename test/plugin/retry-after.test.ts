import { expect } from "chai";
import { parseRetryAfter } from "../../src/plugin/retry-after.ts";

const NOW = Date.UTC(1994, 10, 6, 8, 49, 7);

describe("parseRetryAfter", () => {
	const good: Readonly<Record<string, number>> = {
		"0": 0,
		"120": 120_000,
		" 7 ": 7000,
		"Sun, 06 Nov 1994 08:49:37 GMT": 30_000,
		"Sunday, 06-Nov-94 08:49:37 GMT": 30_000,
		"Sun Nov  6 08:49:37 1994": 30_000,
		"Sun, 06 Nov 1994 08:00:00 GMT": 0,
		"999999999999999999999": 86_400_000,
		"Sun, 06 Nov 2994 08:49:37 GMT": 86_400_000,
	};
	for (const [text, ms] of Object.entries(good)) {
		it(`reads ${JSON.stringify(text)}`, () => {
			expect(parseRetryAfter(text, NOW)).to.equal(ms);
		});
	}

	for (const text of [
		"",
		"-1",
		"1.5",
		"soon",
		"2026-01-01",
		"Sun, 99 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:37 +0100",
	]) {
		it(`takes ${JSON.stringify(text)} for nothing`, () => {
			expect(parseRetryAfter(text, NOW)).to.equal(undefined);
		});
	}

	it("takes the first of several, and none for none", () => {
		expect(parseRetryAfter(["3", "4"], NOW)).to.equal(3000);
		for (const none of [undefined, null, []]) {
			expect(parseRetryAfter(none, NOW)).to.equal(undefined);
		}
	});
});
