import { expect } from "chai";
import { isFreeReply, respond } from "../../src/plugin/respond.ts";
import {
	giveUp,
	isGiveUp,
	isRetryLater,
	retryLater,
} from "../../src/plugin/steer.ts";

describe("retryLater", () => {
	it("makes an error that says why, and when in milliseconds", () => {
		const error = retryLater("busy", { after: "1m30s" });
		expect(error).to.be.instanceOf(Error);
		expect(error.message).to.equal("busy");
		expect(error.afterMs).to.equal(90_000);
	});

	it("leaves the delay to the route by default", () => {
		expect(retryLater("busy").afterMs).to.equal(undefined);
	});

	it("counts the attempt, unless it is told that nothing was tried", () => {
		expect(retryLater("busy").isUncounted).to.equal(false);
		const error = retryLater("busy", { after: "1s", uncounted: true });
		expect(error.isUncounted).to.equal(true);
	});

	it("refuses a duration without a unit", () => {
		expect(() => retryLater("busy", { after: "5" })).to.throw(
			TypeError,
			"expected a number with its unit",
		);
	});

	it("is told from giveUp", () => {
		expect(isRetryLater(retryLater("x"))).to.equal(true);
		expect(isGiveUp(retryLater("x"))).to.equal(false);
		expect(isGiveUp(giveUp("x"))).to.equal(true);
		expect(isRetryLater(giveUp("x"))).to.equal(false);
	});

	it("is known though another copy of the package made it", async () => {
		const path: string = "../../src/plugin/steer.ts?second-copy";
		const copy: typeof import("../../src/plugin/steer.ts") = await import(path);
		expect(copy.retryLater).not.to.equal(retryLater);
		expect(isRetryLater(copy.retryLater("x"))).to.equal(true);
		expect(isGiveUp(copy.giveUp("x"))).to.equal(true);
	});

	it("is not mistaken for anything else", () => {
		for (const value of [undefined, null, "x", new Error("x"), {}]) {
			expect(isRetryLater(value)).to.equal(false);
			expect(isGiveUp(value)).to.equal(false);
		}
	});
});

describe("respond", () => {
	it("marks an answer without changing it", () => {
		const reply = respond({ status: 201, body: "made" });
		expect(reply).to.include({ status: 201, body: "made" });
		expect(isFreeReply(reply)).to.equal(true);
		expect(isFreeReply({ status: 201, body: "made" })).to.equal(false);
	});
});
