import { expect } from "chai";
import {
	RETURNED,
	type Result,
	type RouteWork,
} from "../../src/inbox/worker/work.ts";
import { rest } from "./hand-timing.ts";
import { bench, DONE, holding, later, many, noop } from "./worker-bench.ts";

const RESTING: Result = { ...RETURNED, restMs: 1000 };

describe("a route that rests", () => {
	it("goes on after the rest where a retry was noted before it", async () => {
		const { store, worker, timing, handled } = bench({
			a: scripted([later(300), RESTING]),
		});
		await store.put(many(3, "a"));
		worker.start();
		await timing.advance(999);
		expect(handled).to.have.length(0);
		await timing.advance(1);
		expect(handled, "at once, the retry included").to.have.length(3);
		expect(store.count("delivered")).to.equal(3);
	});

	it("goes on after the rest where a retry was noted during it", async () => {
		const held = holding(2);
		const { store, worker, timing, handled } = bench({ a: held.work });
		await store.put(many(3, "a"));
		worker.start();
		await rest();
		held.finish(RESTING);
		await rest();
		held.finish(later(300));
		await timing.advance(999);
		expect(held.open).to.have.length(0);
		await timing.advance(1);
		while (held.open.length > 0) {
			held.finish();
			await rest();
		}
		expect(handled).to.have.length(3);
	});

	it("asks the store for nothing when it is woken meanwhile, and forgets nothing", async () => {
		const { store, worker, timing, handled } = bench({
			a: scripted([RESTING]),
		});
		await store.put(many(1, "a"));
		worker.start();
		await timing.advance(100);
		const { lease } = store.calls;
		for (let times = 0; times < 4; times++) {
			await store.put(many(1, "a"));
			worker.wake(["a"]);
			worker.wake();
			await timing.advance(200);
		}
		await timing.advance(99);
		expect(store.calls.lease).to.equal(lease);
		await timing.advance(1);
		expect(handled).to.have.length(5);
	});

	it("rests on where the rest is made longer, and wakes at its new end", async () => {
		const held = holding(2);
		const { store, worker, timing } = bench({ a: held.work });
		await store.put(many(3, "a"));
		worker.start();
		await rest();
		held.finish(RESTING);
		await timing.advance(500);
		held.finish({ ...RETURNED, restMs: 5000 });
		await timing.advance(4999);
		expect(held.open).to.have.length(0);
		await timing.advance(1);
		expect(held.open).to.have.length(2);
	});

	it("goes on where the rest began while the store was asked", async () => {
		const held = holding(2);
		const { store, worker, timing, handled } = bench({ a: held.work });
		await store.put(many(1, "a"));
		worker.start();
		await rest();
		let answer = () => {};
		store.fault = (call) =>
			call === "lease"
				? new Promise<void>((resolve) => {
						answer = resolve;
					})
				: undefined;
		worker.wake(["a"]);
		await rest();
		held.finish(RESTING);
		await rest();
		store.fault = () => undefined;
		answer();
		await timing.advance(2000);
		while (held.open.length > 0) {
			held.finish();
			await timing.advance(2000);
		}
		expect(handled).to.have.length(1);
	});

	it("holds up no other", async () => {
		const { store, worker, timing, handled } = bench({
			a: scripted([later(300), RESTING]),
			b: noop(),
		});
		await store.put([...many(3, "a"), ...many(3, "b")]);
		worker.start();
		await timing.advance(500);
		expect(handled.map(({ route }) => route)).to.deep.equal(["b", "b", "b"]);
	});

	it("sets no timer when nothing is left", async () => {
		const { store, worker, timing } = bench({
			a: scripted([later(300), RESTING]),
		});
		await store.put(many(3, "a"));
		worker.start();
		// The leases are looked after as long, and then no more.
		await timing.advance(40_000);
		expect(store.count("delivered")).to.equal(3);
		expect(timing.timers).to.equal(0);
	});
});

// --- helpers ---

/** A route that handles one at a time: with these outcomes first, then with success. */
function scripted(outcomes: readonly Result[]): RouteWork {
	const left = [...outcomes];
	return { concurrency: 1, deliver: () => left.shift() ?? DONE };
}
