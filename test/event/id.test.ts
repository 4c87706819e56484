import { expect } from "chai";
import { createEventId, shortId } from "../../src/event/id.ts";

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

	it("begins with the time, to the last digit", () => {
		for (const time of [0, 1, 0xffff, 0x1_0000, 0xffff_ffff, 2 ** 48 - 1]) {
			const digits = createEventId(time).replaceAll("-", "").slice(0, 12);
			expect(Number.parseInt(digits, 16)).to.equal(time);
		}
	});

	it("takes a time before the epoch for its beginning, and leaves fractions out", () => {
		expect(createEventId(-5)).to.match(/^00000000-0000-7/);
		expect(createEventId(65_537.9)).to.match(/^00000001-0001-7/);
	});

	it("never repeats", () => {
		const ids = Array.from({ length: 1000 }, () => createEventId(1));
		expect(new Set(ids).size).to.equal(1000);
	});
});

describe("shortId", () => {
	it("is a beginning of the id that ends with its group", () => {
		const id = "018bcfe5-6800-7a3f-9b1c-0123456789ab";
		expect(shortId(id)).to.equal("018bcfe5-6800-7a3f");
	});

	it("tells events of one millisecond apart", () => {
		const shown = new Set(
			Array.from({ length: 50 }, () => shortId(createEventId(1))),
		);
		// 50 of 4,096: a pair may be alike, not many.
		expect(shown.size).to.be.greaterThan(40);
	});

	it("leaves an id of another form whole", () => {
		for (const id of ["", "abc", "5f0c1c9e-6c0b-4c9e-9d5a-0f6f2f8f3a11"])
			expect(shortId(id)).to.equal(id);
	});
});
