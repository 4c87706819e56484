import { getEventListeners } from "node:events";
import { expect } from "chai";
import { Countdown } from "../../src/handler/countdown.ts";

describe("Countdown", () => {
	it("settles as the work does", async () => {
		const { signal } = new AbortController();
		const said = await new Countdown(1000, signal).race(Promise.resolve(1));
		expect(said).to.equal(1);
		const failure = new Error("no");
		const error = await new Countdown(1000, signal)
			.race(Promise.reject(failure))
			.catch((reason: unknown) => reason);
		expect(error).to.equal(failure);
	});

	it("fails in time where the work does not end, and aborts its signal", async () => {
		const drain = new AbortController();
		const countdown = new Countdown(2, drain.signal);
		const { signal } = countdown;
		const error = await countdown
			.race(new Promise(() => {}))
			.catch((reason: unknown) => reason);
		expect(error).to.include({ code: "HANDLER_TIMEOUT" });
		expect(signal.reason).to.equal(error);
		expect(countdown.abortReason).to.equal(error);
		expect(getEventListeners(drain.signal, "abort")).to.have.length(0);
	});

	it("says why it is aborted without a signal, and without a listener", () => {
		const drain = new AbortController();
		const countdown = new Countdown(1000, drain.signal);
		expect(countdown.abortReason).to.equal(undefined);
		drain.abort(new Error("stopping"));
		expect(countdown.abortReason).to.equal(drain.signal.reason);
		expect(getEventListeners(drain.signal, "abort")).to.have.length(0);
	});

	it("leaves the work alone that keeps its time by itself", () => {
		const countdown = new Countdown(1000, new AbortController().signal);
		const work = Promise.resolve(1);
		countdown.isKept = true;
		expect(countdown.race(work)).to.equal(work);
	});

	it("watches it all the same once the signal was asked for", () => {
		const countdown = new Countdown(1000, new AbortController().signal);
		const work = Promise.resolve(1);
		countdown.isKept = true;
		void countdown.signal;
		expect(countdown.race(work)).to.not.equal(work);
	});
});
