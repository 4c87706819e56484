import { expect } from "chai";
import fc from "fast-check";
import {
	fromAttemptText,
	toAttemptText,
} from "../../src/inbox/port/attempt-text.ts";

describe("the text that engines keep of an attempt", () => {
	it("is the reason alone where there is no stack, as it always was", () => {
		expect(toAttemptText({ reason: "a\nb" })).to.equal("a\nb");
		expect(fromAttemptText("a\nb")).to.deep.equal({ reason: "a\nb" });
		expect(toAttemptText({ reason: undefined })).to.equal(undefined);
		expect(fromAttemptText(null)).to.deep.equal({ reason: undefined });
	});

	it("gives reason and stack back, whatever is in them", () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), (reason, stack) => {
				const back = fromAttemptText(toAttemptText({ reason, stack }) ?? null);
				expect(back).to.deep.equal({
					reason: reason.replaceAll("\u001e", " "),
					stack,
				});
			}),
		);
	});
});
