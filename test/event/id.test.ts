import { expect } from "chai";
import { createEventId } from "../../src/event/id.ts";

describe("createEventId", () => {
	it("is a UUID of version 7", () => {
		expect(createEventId(1_700_000_000_000)).to.match(
			/^018bcfe5-6800-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
		);
	});

	it("sorts by time", () => {
		const [a, b, c] = [5, 6, 1_700_000_000_000].map(createEventId);
		expect([c, a, b].sort()).to.deep.equal([a, b, c]);
	});

	it("never repeats", () => {
		const ids = Array.from({ length: 1000 }, () => createEventId(1));
		expect(new Set(ids).size).to.equal(1000);
	});
});
