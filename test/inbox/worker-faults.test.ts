import { expect } from "chai";
import { rest } from "./hand-timing.ts";
import { bench, holding, many, noop } from "./worker-bench.ts";

describe("a worker whose store fails", () => {
	const CALLS = ["lease", "settle", "due"] as const;
	for (const call of CALLS) {
		it(`goes on after an outage of ${call}, and tells of it once`, async () => {
			const { store, worker, timing, heard, handled } = bench({ a: noop() });
			let isAway = true;
			store.fault = (made) => {
				if (isAway && made === call) throw new Error("away");
			};
			await store.put(many(20, "a"));
			worker.start();
			await timing.advance(20_000);
			expect(handled).to.have.length(0);
			expect(heard).to.deep.equal([`outage ${call}`]);
			expect(worker.stats().isOutage).to.equal(true);
			isAway = false;
			await timing.advance(6000);
			await rest(100);
			expect(handled).to.have.length(20);
			expect(heard).to.deep.equal([`outage ${call}`, "recovered"]);
		});
	}

	it("tells of one outage where all fails", async () => {
		const held = holding(5);
		const { store, worker, timing, heard } = bench(
			{ a: held.work },
			{ leaseMs: 3000 },
		);
		await store.put(many(20, "a"));
		worker.start();
		await rest();
		let isAway = true;
		store.fault = () => {
			if (isAway) throw new Error("away");
		};
		held.finish();
		await timing.advance(60_000);
		expect(heard).to.deep.equal(["outage settle"]);
		isAway = false;
		await timing.advance(6000);
		expect(heard).to.deep.equal(["outage settle", "recovered"]);
		expect(store.count("delivered")).to.equal(1);
		expect(worker.stats().isOutage).to.equal(false);
	});

	it("waits longer after each failure, up to five seconds", async () => {
		const { store, worker, timing } = bench({ a: noop() });
		await store.put(many(1, "a"));
		const times: number[] = [];
		store.fault = (call) => {
			if (call !== "lease") return;
			times.push(timing.nowMs());
			throw new Error("away");
		};
		worker.start();
		await timing.advance(22_000);
		const waits = times.slice(1).map((at, index) => at - (times[index] ?? 0));
		expect(waits).to.deep.equal([
			100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000,
		]);
	});

	it("takes nothing more while outcomes cannot be written", async () => {
		const { store, worker, timing } = bench(
			{ a: noop(5) },
			{ leaseMs: 1_000_000 },
		);
		await store.put(many(500, "a"));
		store.fault = (call) => {
			if (call === "settle") throw new Error("away");
		};
		worker.start();
		await timing.advance(60_000);
		// What was taken in one call, and the few that may wait besides.
		expect(worker.stats().leased).to.be.below(150);
		store.fault = () => undefined;
		await timing.advance(6000);
		await rest(500);
		expect(store.count("delivered")).to.equal(500);
		expect(
			[...store.rows.values()].every(({ attempts }) => attempts === 1),
		).to.equal(true);
	});

	it("finds the one outcome that cannot be written, and keeps it as dead", async () => {
		const { store, worker, timing } = bench({ a: noop() });
		const batch = many(60, "a");
		const poison = batch[7]?.id;
		store.fault = (call, settlements = []) => {
			const isRefused = settlements.some(
				({ lease, verdict }) => lease.id === poison && verdict.as !== "dead",
			);
			if (call === "settle" && isRefused) throw new Error("bad\0text");
		};
		await store.put(batch);
		worker.start();
		for (let round = 0; round < 10; round++) {
			await timing.advance(5000);
			await store.put(many(5, "a"));
		}
		await timing.advance(5000);
		await rest(200);
		expect(store.count("delivered")).to.equal(109);
		expect(store.rows.get(poison as string)).to.deep.include({
			status: "dead",
			outcomes: ["dead"],
		});
		expect(worker.stats()).to.deep.equal({
			running: 0,
			leased: 0,
			isOutage: false,
		});
	});

	it("does not call an outcome bad while nothing can be written", async () => {
		const { store, worker, timing } = bench({ a: noop() });
		await store.put(many(1, "a"));
		store.fault = (call) => {
			if (call === "settle") throw new Error("away");
		};
		worker.start();
		await timing.advance(3_600_000);
		store.fault = () => undefined;
		await timing.advance(6000);
		expect(store.count("delivered")).to.equal(1);
	});
});

describe("a worker's leases", () => {
	it("are kept alive while a handler runs", async () => {
		const held = holding(1);
		const { store, worker, timing, handled } = bench(
			{ a: held.work },
			{ leaseMs: 30_000, isShared: true },
		);
		await store.put(many(1, "a"));
		worker.start();
		await timing.advance(100_000);
		expect(store.calls.extend).to.be.within(5, 11);
		expect(held.open).to.have.length(1);
		expect(held.open[0]?.signal.aborted).to.equal(false);
		held.finish();
		await rest();
		expect(handled.map(({ attempt }) => attempt)).to.deep.equal([1]);
		const { extend } = store.calls;
		await timing.advance(100_000);
		expect(store.calls.extend).to.equal(extend);
	});

	it("end with an aborted signal when another has taken over", async () => {
		const held = holding(1);
		const { store, worker, timing, heard } = bench({ a: held.work });
		const [one] = many(1, "a");
		await store.put(one === undefined ? [] : [one]);
		worker.start();
		await rest();
		store.steal(one?.id as string);
		await timing.advance(11_000);
		expect(held.open[0]?.signal.aborted).to.equal(true);
		expect(heard).to.deep.equal([`lost ${one?.id}`]);
		held.finish();
		await rest();
		expect(store.calls.settle).to.equal(0);
		expect(worker.stats()).to.include({ running: 0, leased: 0 });
	});

	it("are lost where the store says so when an outcome is written", async () => {
		const held = holding(1);
		const { store, worker, heard } = bench({ a: held.work });
		const [one] = many(1, "a");
		await store.put(one === undefined ? [] : [one]);
		worker.start();
		await rest();
		store.steal(one?.id as string);
		held.finish();
		await rest();
		expect(heard).to.deep.equal([`lost ${one?.id}`]);
		expect(store.count("delivered")).to.equal(0);
	});

	it("run out while the store is away, where others may take over", async () => {
		const held = holding(1);
		const { store, worker, timing, heard } = bench(
			{ a: held.work },
			{ leaseMs: 30_000, isShared: true },
		);
		const [one] = many(1, "a");
		await store.put(one === undefined ? [] : [one]);
		worker.start();
		await rest();
		store.fault = (call) => {
			if (call === "extend") throw new Error("away");
		};
		await timing.advance(29_000);
		expect(held.open[0]?.signal.aborted).to.equal(false);
		await timing.advance(11_000);
		expect(held.open[0]?.signal.aborted).to.equal(true);
		expect(heard).to.deep.equal(["outage extend", `lost ${one?.id}`]);
	});

	it("may have run out when an outcome is written, as long as nobody took over", async () => {
		const held = holding(1);
		const { store, worker, timing, heard } = bench(
			{ a: held.work },
			{ leaseMs: 30_000, isShared: true },
		);
		await store.put(many(1, "a"));
		worker.start();
		await rest();
		let isAway = true;
		store.fault = () => {
			if (isAway) throw new Error("away");
		};
		held.finish();
		await timing.advance(300_000);
		isAway = false;
		await timing.advance(6000);
		expect(store.count("delivered")).to.equal(1);
		expect(held.open).to.have.length(0);
		expect(heard).to.deep.equal(["outage settle", "recovered"]);
	});

	it("run out while the store hangs, too", async () => {
		const held = holding(1);
		const { store, worker, timing } = bench(
			{ a: held.work },
			{ leaseMs: 30_000, isShared: true },
		);
		await store.put(many(1, "a"));
		worker.start();
		await rest();
		store.fault = (call) =>
			call === "extend" ? new Promise(() => {}) : undefined;
		await timing.advance(45_000);
		expect(held.open[0]?.signal.aborted).to.equal(true);
	});

	it("go over to the handler that still runs, where nobody else could take them", async () => {
		const held = holding(2);
		const { store, worker, timing, handled, heard } = bench(
			{ a: held.work },
			{ leaseMs: 30_000 },
		);
		await store.put(many(1, "a"));
		worker.start();
		await rest();
		store.fault = (call) => {
			if (call === "extend") throw new Error("away");
		};
		await timing.advance(40_000);
		worker.wake(["a"]);
		await rest();
		expect(held.open, "no second handler beside it").to.have.length(1);
		store.fault = () => undefined;
		held.finish();
		await rest();
		expect(handled.map(({ attempt }) => attempt)).to.deep.equal([2]);
		expect(heard).to.not.include.members(["lost"]);
		expect(store.count("delivered")).to.equal(1);
	});

	it("of a router that died are taken over when they run out", async () => {
		const dead = bench({ a: holding(1).work }, { isShared: true });
		await dead.store.put(many(1, "a"));
		dead.worker.start();
		await rest();
		// As dead as can be: it extends no more.
		dead.store.fault = (call) =>
			call === "extend" ? new Promise(() => {}) : undefined;
		const alive = bench({ a: noop() }, { isShared: true }, dead);
		alive.worker.start();
		await dead.timing.advance(100_000);
		expect(alive.handled.map(({ attempt }) => attempt)).to.deep.equal([2]);
	});
});

describe("a worker that stops", () => {
	it("waits for the handlers at work, and takes no more", async () => {
		const held = holding(2);
		const { store, worker, timing } = bench({ a: held.work });
		await store.put(many(5, "a"));
		worker.start();
		await rest();
		const stopped = watch(worker.stop(10_000));
		await store.put(many(5, "a"));
		held.finish();
		await timing.advance(9000);
		expect(stopped.isDone).to.equal(false);
		expect(held.open).to.have.length(1);
		held.finish();
		await rest();
		expect(stopped.isDone).to.equal(true);
		expect(store.count("delivered")).to.equal(2);
		expect(store.count("ready")).to.equal(8);
		expect(store.isHeard).to.equal(false);
		expect(timing.timers).to.equal(0);
	});

	it("gives back what does not end in time, unharmed", async () => {
		const held = holding(3);
		const { store, worker, timing } = bench({ a: held.work });
		await store.put(many(5, "a"));
		worker.start();
		await rest();
		held.finish();
		const stopped = watch(worker.stop(10_000));
		await timing.advance(10_000);
		await rest();
		expect(stopped.isDone).to.equal(true);
		expect(held.open.every(({ signal }) => signal.aborted)).to.equal(true);
		expect(store.count("delivered")).to.equal(1);
		const rows = [...store.rows.values()].filter(
			({ status }) => status === "ready",
		);
		expect(rows.map(({ attempts }) => attempts)).to.deep.equal([0, 0, 0, 0]);
		const { settle } = store.calls;
		held.finish();
		await rest();
		expect(store.calls.settle, "what comes now is dropped").to.equal(settle);
		expect(timing.timers).to.equal(0);
	});

	it("gives back what was on its way to it", async () => {
		const { store, worker, handled } = bench({ a: noop() });
		let answer = () => {};
		store.fault = (call) =>
			call === "lease"
				? new Promise<void>((resolve) => {
						answer = resolve;
					})
				: undefined;
		await store.put(many(5, "a"));
		worker.start();
		await rest();
		const stopped = watch(worker.stop(10_000));
		await rest();
		expect(stopped.isDone).to.equal(false);
		answer();
		await rest();
		expect(stopped.isDone).to.equal(true);
		expect(handled).to.have.length(0);
		expect(store.count("ready")).to.equal(5);
	});

	it("can be told to be quicker", async () => {
		const held = holding(1);
		const { store, worker, timing } = bench({ a: held.work });
		await store.put(many(1, "a"));
		worker.start();
		await rest();
		const first = watch(worker.stop(60_000));
		await timing.advance(1000);
		void worker.stop(0);
		await timing.advance(0);
		await rest();
		expect(first.isDone).to.equal(true);
		expect(store.count("ready")).to.equal(1);
	});

	it("does not wait for ever on a store that is away", async () => {
		const held = holding(1);
		const { store, worker, timing } = bench({ a: held.work });
		await store.put(many(1, "a"));
		worker.start();
		await rest();
		store.fault = () => {
			throw new Error("away");
		};
		const stopped = watch(worker.stop(1000));
		await timing.advance(5900);
		expect(stopped.isDone).to.equal(false);
		await timing.advance(200);
		await rest();
		expect(stopped.isDone).to.equal(true);
		await timing.advance(60_000);
		expect(timing.timers).to.equal(0);
	});

	it("is done at once where nothing is under way", async () => {
		const { worker, timing } = bench({ a: noop() });
		const stopped = watch(worker.stop(10_000));
		await rest();
		expect(stopped.isDone).to.equal(true);
		worker.start();
		await rest();
		expect(timing.timers).to.equal(0);
	});
});

// --- helpers ---

/** A promise that can be asked. */
function watch(promise: Promise<unknown>): { isDone: boolean } {
	const watched = { isDone: false };
	void promise.then(() => {
		watched.isDone = true;
	});
	return watched;
}
