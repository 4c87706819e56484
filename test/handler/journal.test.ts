import { expect } from "chai";
import { Countdown } from "../../src/handler/countdown.ts";
import { Journal } from "../../src/handler/journal.ts";

const WRITE = {
	plugin: "p",
	key: "k",
	value: "1",
	expiresAfterMs: undefined,
} as const;

describe("Journal", () => {
	it("is empty until something is written", () => {
		const journal = new Journal();
		expect(journal.isEmpty).to.equal(true);
		journal.writes.push(WRITE);
		expect(journal.isEmpty).to.equal(false);
	});

	it("is one for a countdown, and nothing was written where it stays empty", () => {
		const countdown = new Countdown(1000, new AbortController().signal);
		expect(countdown.written).to.equal(undefined);
		expect(countdown.journal).to.equal(countdown.journal);
		expect(countdown.written).to.equal(undefined);
		countdown.journal.writes.push(WRITE);
		expect(countdown.written).to.equal(countdown.journal);
		countdown.end();
	});
});
