import { expect } from "chai";
import type { Lease, NewDelivery } from "../../src/inbox/port/queue.ts";
import type { Seat } from "../../src/inbox/worker/work.ts";
import { rest } from "./hand-timing.ts";
import {
	type Bench,
	bench,
	holding,
	later,
	many,
	noop,
} from "./worker-bench.ts";

describe("a seat reserved for what is on its way into the store", () => {
	it("has it handled without asking the store for it", async () => {
		const sut = started({ a: noop() });
		const { worker, store, handled } = sut;
		const [one] = many(1, "a") as [NewDelivery];
		const lease = await putInSeat(sut, one);
		await rest();
		expect(handled).to.deep.equal([lease]);
		expect(store.calls.lease).to.equal(0);
		expect(store.count("delivered")).to.equal(1);
		expect(worker.stats()).to.include({ leased: 0, running: 0 });
	});

	it("is one of the route's handlers, and is free again when it is left", () => {
		const { worker } = started({ a: noop(2) });
		const seats = [1, 2].map(() => worker.reserveSeat("a"));
		expect(seats).to.not.include(undefined);
		expect(worker.reserveSeat("a")).to.equal(undefined);
		seats[0]?.leave();
		expect(worker.reserveSeat("a")).to.not.equal(undefined);
	});

	it("is not there where all handlers are at work", async () => {
		const held = holding(1);
		const sut = started({ a: held.work });
		await sut.store.put(many(1, "a"));
		await rest();
		expect(held.open).to.have.length(1);
		expect(sut.worker.reserveSeat("a")).to.equal(undefined);
		held.finish();
		await rest();
		expect(sut.worker.reserveSeat("a")).to.not.equal(undefined);
	});

	it("is not there for a route that rests, or is unknown, or when all that may be held is held", async () => {
		const away = {
			concurrency: 1,
			deliver: () => ({ ...later(0), restMs: 1000 }),
		};
		const sut = started({ a: away, b: noop() }, { maxLeased: 1 });
		expect(sut.worker.reserveSeat("nobody")).to.equal(undefined);
		await sut.store.put(many(1, "a"));
		await rest();
		expect(sut.worker.reserveSeat("a")).to.equal(undefined);
		const only = sut.worker.reserveSeat("b") as Seat;
		expect(sut.worker.reserveSeat("b")).to.equal(undefined);
		only.leave();
		expect(sut.worker.reserveSeat("b")).to.not.equal(undefined);
	});

	it("is not there while outcomes pile up that cannot be written", async () => {
		const sut = started({ a: noop(5) });
		sut.store.fault = (call) => {
			if (call === "settle") throw new Error("away");
		};
		for (const one of many(100, "a")) {
			const seat = sut.worker.reserveSeat("a");
			if (seat === undefined) break;
			seat.leave();
			await putInSeat(sut, one);
			await rest();
		}
		expect(sut.worker.stats().leased).to.be.within(17, 50);
		sut.store.fault = () => undefined;
		await sut.timing.advance(6000);
		expect(sut.worker.stats().leased).to.equal(0);
		expect(sut.worker.reserveSeat("a")).to.not.equal(undefined);
	});

	it("is not there before the start and after the stop", async () => {
		const sut = bench({ a: noop() });
		expect(sut.worker.reserveSeat("a")).to.equal(undefined);
		sut.worker.start();
		await sut.worker.stop(0);
		expect(sut.worker.reserveSeat("a")).to.equal(undefined);
	});

	it("does not keep what waits in the store from its handlers", async () => {
		const { worker, store, handled } = started({ a: noop(2) });
		for (let count = 0; count < 2; count++) worker.reserveSeat("a");
		await store.put(many(3, "a"));
		await rest();
		expect(handled).to.have.length(3);
	});

	it("lets no more handlers run than the concurrency says, whatever comes both ways", async () => {
		const held = holding(2);
		const sut = started({ a: held.work });
		const seats = many(2, "a").map((one) => putInSeat(sut, one));
		await sut.store.put(many(3, "a"));
		await Promise.all(seats);
		await rest();
		for (let left = 5; left > 0; left--) {
			expect(held.open).to.have.length(Math.min(2, left));
			held.finish();
			await rest();
		}
		expect(held.most).to.equal(2);
		expect(sut.store.count("delivered")).to.equal(5);
	});

	it("is waited for by a stop, which gives back what comes into it", async () => {
		const sut = started({ a: noop() });
		const seat = sut.worker.reserveSeat("a") as Seat;
		let isStopped = false;
		const stopped = sut.worker.stop(60_000).then(() => {
			isStopped = true;
		});
		await rest();
		expect(isStopped).to.equal(false);
		const [one] = many(1, "a") as [NewDelivery];
		const { leaseMs } = seat;
		await sut.store.put([{ ...one, leaseMs }]);
		seat.take(leaseOf(one));
		await rest();
		await stopped;
		expect(sut.store.count("ready")).to.equal(1);
		expect(sut.handled).to.deep.equal([]);
	});

	it("is given up by a stop whose time is over", async () => {
		const sut = started({ a: noop() });
		const seat = sut.worker.reserveSeat("a") as Seat;
		const stopped = sut.worker.stop(1000);
		await sut.timing.advance(7000);
		await stopped;
		seat.take(leaseOf(many(1, "a")[0] as NewDelivery));
		await rest();
		expect(sut.handled).to.deep.equal([]);
	});
});

// --- helpers ---

function started(...given: Parameters<typeof bench>): Bench {
	const made = bench(...given);
	made.worker.start();
	return made;
}

/** Puts one as the router does: into a reserved seat. */
async function putInSeat(
	{ worker, store }: Pick<Bench, "worker" | "store">,
	one: NewDelivery,
): Promise<Lease> {
	const seat = worker.reserveSeat(one.route) as Seat;
	const [receipt] = await store.put([{ ...one, leaseMs: seat.leaseMs }]);
	const lease = leaseOf(one);
	if (receipt?.isLeased) seat.take(lease);
	else seat.leave();
	return lease;
}

function leaseOf(one: NewDelivery): Lease {
	return { ...one, attempt: 1 };
}
