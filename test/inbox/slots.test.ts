import { expect } from "chai";
import { newSlot, type Slot, wantOf } from "../../src/inbox/worker/slot.ts";

describe("wantOf", () => {
	it("is what is free, as long as nothing is known of the handlers", () => {
		expect(wantOf(slot({}), 1, 100)).to.equal(10);
		expect(wantOf(slot({ running: 4 }), 1, 100)).to.equal(6);
		expect(wantOf(slot({ running: 10 }), 1, 100)).to.equal(0);
	});

	it("adds what ends while the store answers", () => {
		const quick = slot({ handlerMs: 4 });
		expect(wantOf(quick, 20, 100)).to.equal(60);
		expect(wantOf({ ...quick, running: 10 }, 20, 100)).to.equal(50);
	});

	it("adds what ends in 10 ms where the store answers sooner", () => {
		const quick = slot({ handlerMs: 4 });
		expect(wantOf(quick, 1, 100)).to.equal(35);
	});

	it("takes nothing ahead for slow handlers", () => {
		expect(wantOf(slot({ handlerMs: 500, running: 9 }), 5, 100)).to.equal(1);
		expect(wantOf(slot({ handlerMs: 500, running: 10 }), 5, 100)).to.equal(0);
	});

	it("asks again when half of what was ahead is used up", () => {
		const full = slot({ handlerMs: 4, running: 10 });
		const waiting = (count: number) => Array(count) as Slot["waiting"];
		expect(wantOf({ ...full, waiting: waiting(50) }, 20, 100)).to.equal(0);
		expect(wantOf({ ...full, waiting: waiting(26) }, 20, 100)).to.equal(0);
		expect(wantOf({ ...full, waiting: waiting(25) }, 20, 100)).to.equal(25);
	});

	it("is never more than a batch, however quick the handlers are", () => {
		expect(wantOf(slot({ handlerMs: 0 }), 5000, 100)).to.equal(100);
	});
});

// --- helpers ---

function slot(changed: Partial<Slot>): Slot {
	return { ...newSlot("a"), concurrency: 10, ...changed };
}
