import { expect } from "chai";
import type { NewDelivery } from "../../src/inbox/port/queue.ts";
import { RETURNED, type SettledAttempt } from "../../src/inbox/worker/work.ts";
import { rest } from "./hand-timing.ts";
import {
	bench,
	DONE,
	holding,
	later,
	many,
	noop,
	ofRoute,
} from "./worker-bench.ts";

describe("createWorker", () => {
	it("delivers what waited, and what comes", async () => {
		const { store, worker, handled } = bench({ a: noop() });
		await store.put(many(3, "a"));
		worker.start();
		await rest();
		expect(handled).to.have.length(3);
		await store.put(many(2, "a"));
		await rest();
		expect(handled).to.have.length(5);
		expect(store.count("delivered")).to.equal(5);
		expect(worker.stats()).to.deep.equal({
			running: 0,
			leased: 0,
			isOutage: false,
		});
	});

	it("does nothing before it is started", async () => {
		const { store, worker } = bench({ a: noop() });
		worker.wake(["a"]);
		await store.put(many(1, "a"));
		await rest();
		expect(store.calls).to.include({ lease: 0, due: 0 });
	});

	it("asks nothing of the store while there is nothing to do", async () => {
		const { store, worker, timing } = bench({ a: noop() });
		worker.start();
		await store.put(many(1, "a"));
		await timing.advance(1000);
		const { lease, due } = store.calls;
		await timing.advance(3_600_000);
		expect(store.calls).to.include({ lease, due, extend: 0 });
		expect(timing.timers).to.equal(0);
	});

	it("runs no more handlers of a route than its concurrency", async () => {
		const held = holding(3);
		const { store, worker } = bench({ a: held.work });
		await store.put(many(10, "a"));
		worker.start();
		await rest();
		expect(held.open).to.have.length(3);
		held.finish();
		await rest();
		expect(held.open).to.have.length(3);
		expect(held.most).to.equal(3);
		while (held.open.length > 0) {
			held.finish();
			await rest();
		}
		expect(store.count("delivered")).to.equal(10);
		expect(held.most).to.equal(3);
	});

	it("hoards nothing for a route whose handlers do not end", async () => {
		const held = holding(2);
		const { store, worker } = bench({ a: held.work });
		await store.put(many(50, "a"));
		worker.start();
		await rest();
		worker.wake(["a"]);
		await rest();
		expect(worker.stats()).to.include({ running: 2, leased: 2 });
	});

	it("lets no busy or stuck route starve another", async () => {
		const stuck = Array.from({ length: 20 }, () => holding(10));
		const { store, worker } = bench(
			{
				...Object.fromEntries(stuck.map(({ work }, at) => [`s${at}`, work])),
				busy: noop(),
				quiet: noop(),
			},
			{ maxLeased: 30, batch: 16 },
		);
		for (const at of stuck.keys()) await store.put(many(40, `s${at}`));
		await store.put(many(100, "busy"));
		worker.start();
		await rest();
		await store.put(many(5, "quiet"));
		await rest(600);
		expect(stuck.every(({ open }) => open.length > 0)).to.equal(true);
		expect(ofRoute(store, "quiet", "delivered")).to.equal(5);
		expect(ofRoute(store, "busy", "delivered")).to.equal(100);
	});

	it("shares what it may hold over the routes", async () => {
		const works = ["a", "b", "c"].map(() => holding(100));
		const { store, worker } = bench(
			Object.fromEntries(works.map(({ work }, at) => [`r${at}`, work])),
			{ maxLeased: 30 },
		);
		for (const at of works.keys()) await store.put(many(100, `r${at}`));
		worker.start();
		await rest();
		expect(works.map(({ open }) => open.length)).to.deep.equal([10, 10, 10]);
	});

	it("goes on with a key at once when its first steps aside", async () => {
		const { store, worker, timing, handled } = bench({
			a: {
				concurrency: 10,
				deliver: ({ kind, attempt }) =>
					kind === "bad" && attempt === 1
						? {
								...DONE,
								verdict: {
									as: "waiting",
									afterMs: 60_000,
									reason: "no",
									stepsAside: true,
								},
							}
						: DONE,
			},
		});
		await store.put([
			...many(1, "a", { kind: "bad", orderKey: "lane" }),
			...many(2, "a", { orderKey: "lane" }),
		]);
		worker.start();
		await rest(100);
		expect(handled).to.have.length(2);
		await timing.advance(60_000);
		expect(handled.map(({ kind }) => kind)).to.deep.equal([
			"my.kind",
			"my.kind",
			"bad",
		]);
	});

	it("keeps the order of a key, one at a time, through retries", async () => {
		const seen: string[] = [];
		let atOnce = 0;
		const { store, worker, timing } = bench({
			a: {
				concurrency: 10,
				deliver: async ({ kind, attempt }) => {
					atOnce++;
					expect(atOnce).to.equal(1);
					await rest(2);
					atOnce--;
					seen.push(`${kind}.${attempt}`);
					return kind === "k1" && attempt < 3 ? later(1000) : DONE;
				},
			},
		});
		const lane = many(4, "a", { orderKey: "o" });
		await store.put(lane.map((one, at) => ({ ...one, kind: `k${at}` })));
		worker.start();
		await timing.advance(0);
		await rest(100);
		await timing.advance(2000);
		await rest(100);
		expect(seen).to.deep.equal([
			"k0.1",
			"k1.1",
			"k1.2",
			"k1.3",
			"k2.1",
			"k3.1",
		]);
	});

	it("tries again when the time has come", async () => {
		const attempts: number[] = [];
		const { store, worker, timing } = bench({
			a: {
				concurrency: 1,
				deliver: ({ attempt }) => {
					attempts.push(attempt);
					return attempt < 3 ? later(60_000) : DONE;
				},
			},
		});
		await store.put(many(1, "a"));
		worker.start();
		await timing.advance(59_000);
		expect(attempts).to.deep.equal([1]);
		await timing.advance(1000);
		expect(attempts).to.deep.equal([1, 2]);
		await timing.advance(60_000);
		expect(attempts).to.deep.equal([1, 2, 3]);
		expect(store.count("delivered")).to.equal(1);
	});

	it("learns at its start when earlier failures are due", async () => {
		const first = bench({ a: { concurrency: 1, deliver: () => later(5000) } });
		await first.store.put(many(3, "a"));
		first.worker.start();
		await first.timing.advance(1000);
		await first.worker.stop(0);
		const second = bench({ a: noop() }, {}, first);
		second.worker.start();
		await second.timing.advance(3500);
		expect(second.handled).to.have.length(0);
		await second.timing.advance(1000);
		expect(second.handled).to.have.length(3);
	});

	it("hands an event that a handler made to its route", async () => {
		const made = many(1, "b");
		const { store, worker, handled } = bench({
			a: { concurrency: 1, deliver: () => ({ ...DONE, events: made }) },
			b: noop(),
		});
		await store.put(many(1, "a"));
		worker.start();
		await rest();
		expect(handled.map(({ route }) => route)).to.deep.equal(["a", "b"]);
	});

	it("settles together what ends together", async () => {
		const held = holding(20);
		const { store, worker } = bench({ a: held.work });
		await store.put(many(20, "a"));
		worker.start();
		await rest();
		while (held.open.length > 0) held.finish();
		await rest();
		expect(store.batches).to.deep.equal([20]);
	});

	it("settles together what quick handlers end turn by turn", async () => {
		const slow = holding(10);
		const { store, worker } = bench({
			a: { ...noop(10), deliver: async () => DONE },
			slow: slow.work,
		});
		worker.start();
		await store.put(many(30, "a"));
		await rest();
		// From now on the handlers count as quick, so that many are leased ahead of them.
		const before = store.calls.settle;
		await store.put(many(30, "a"));
		await rest();
		expect(store.count("delivered")).to.equal(60);
		expect(store.calls.settle - before).to.equal(1);

		await store.put(many(1, "slow"));
		await rest();
		slow.finish();
		await rest();
		expect(ofRoute(store, "slow", "delivered"), "alone").to.equal(1);
	});

	it("tries what `deliver` threw on again, and tells of it", async () => {
		const faults: unknown[] = [];
		let count = 0;
		const { store, worker, timing } = bench(
			{
				a: {
					concurrency: 1,
					deliver: () => {
						count++;
						if (count === 1) throw new Error("at once");
						if (count === 2) return Promise.reject(new Error("later"));
						return DONE;
					},
				},
			},
			{ listener: { onFault: (_, error) => faults.push(error) } },
		);
		await store.put(many(1, "a"));
		worker.start();
		await timing.advance(60_000);
		expect(faults.map(String)).to.deep.equal([
			"Error: at once",
			"Error: later",
		]);
		expect(store.count("delivered")).to.equal(1);
	});

	it("tells of each outcome when it is written", async () => {
		const settled: SettledAttempt[] = [];
		const { store, worker, timing } = bench(
			{ a: noop() },
			{ listener: { onSettled: (one) => settled.push(one) } },
		);
		const [one] = many(1, "a");
		await store.put([one as NewDelivery]);
		worker.start();
		await rest();
		expect(settled).to.have.length(1);
		expect(settled[0]).to.deep.include({
			result: DONE,
			startedAt: timing.wallMs(),
			durationMs: 0,
		});
		expect(settled[0]?.lease).to.include({ id: one?.id, attempt: 1 });
	});

	describe("with routes that change", () => {
		it("leaves deliveries of routes that are gone alone", async () => {
			const { store, worker, routes, timing } = bench({ a: noop() });
			await store.put([...many(2, "a"), ...many(2, "gone")]);
			worker.start();
			await rest();
			expect(ofRoute(store, "gone", "ready")).to.equal(2);
			expect(store.asked.flat().map(({ route }) => route)).to.not.include(
				"gone",
			);
			routes.set("gone", noop());
			worker.wake();
			await timing.advance(300);
			expect(ofRoute(store, "gone", "delivered")).to.equal(2);
		});

		it("gives back what was leased for a route that went meanwhile", async () => {
			const { store, worker, routes } = bench({ a: noop() });
			await store.put(many(2, "a"));
			store.fault = (call) => {
				if (call === "lease") routes.delete("a");
			};
			worker.start();
			await rest();
			expect([...store.rows.values()]).to.satisfy(
				(rows: { attempts: number; status: string }[]) =>
					rows.every(
						({ attempts, status }) => attempts === 0 && status === "ready",
					),
			);
			expect(store.calls.lease).to.equal(1);
		});

		it("takes the new concurrency at the next lease", async () => {
			const held = holding(1);
			const { store, worker, routes } = bench({ a: held.work });
			await store.put(many(10, "a"));
			worker.start();
			await rest();
			expect(held.open).to.have.length(1);
			routes.set("a", { ...held.work, concurrency: 4 });
			held.finish();
			await rest();
			expect(held.open).to.have.length(4);
		});
	});

	describe("with a route that rests", () => {
		it("burns no attempts of its backlog while the service behind is down", async () => {
			let isDown = true;
			let tries = 0;
			const { store, worker, timing, handled } = bench({
				a: {
					concurrency: 5,
					deliver: () => {
						tries++;
						return isDown ? { ...RETURNED, restMs: 30_000 } : DONE;
					},
				},
				b: noop(),
			});
			await store.put([...many(100, "a"), ...many(1, "b")]);
			worker.start();
			await timing.advance(29_000);
			expect(tries).to.be.at.most(10);
			expect(handled, "others go on").to.have.length(1);
			isDown = false;
			await timing.advance(1000);
			await rest(300);
			expect(store.count("delivered")).to.equal(101);
			const attempts = [...store.rows.values()].map(({ attempts: n }) => n);
			expect(Math.max(...attempts)).to.equal(1);
		});

		it("does not spin on what is given back without a word", async () => {
			let tries = 0;
			const { store, worker, timing } = bench({
				a: {
					concurrency: 1,
					deliver: () => {
						tries++;
						return RETURNED;
					},
				},
			});
			await store.put(many(1, "a"));
			worker.start();
			await timing.advance(10_500);
			expect(tries).to.be.within(9, 12);
		});
	});
});
