import { expect } from "chai";
import fc from "fast-check";
import { type Rate, takeTokens, tokensOf } from "../../src/inbox/port/rate.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { openMemory } from "../../src/inbox/sqlite/thread/memory.ts";
import { PauseWatch } from "../../src/inbox/worker/pauses.ts";
import type { RouteWork, Worker } from "../../src/inbox/worker/work.ts";
import { createWorker } from "../../src/inbox/worker/worker.ts";
import { delivery, idsOf, LEASE_MS } from "./contract/ground.ts";
import { HandTiming, rest } from "./hand-timing.ts";
import { bench, DONE, holding, later, many, noop } from "./worker-bench.ts";

const MINUTE = 60_000;

describe("a worker and pauses", () => {
	let store: InboxStore;
	let timing: HandTiming;
	let worker: Worker;
	let watch: PauseWatch;
	const heard: string[] = [];

	beforeEach(async () => {
		timing = new HandTiming();
		heard.length = 0;
		store = await openMemory({
			quarantine: { maxCount: 10, maxBytes: 1000 },
			clock: () => timing.wallMs(),
		});
	});
	afterEach(async () => {
		watch.stop();
		const stopped = worker.stop(0);
		await timing.advance(10_000);
		await stopped;
		await store.close();
	});

	const routes = new Map<string, RouteWork>();
	const start = async (works: Readonly<Record<string, RouteWork>>) => {
		routes.clear();
		for (const [name, work] of Object.entries(works)) routes.set(name, work);
		watch = new PauseWatch({
			store,
			timing,
			listener: {
				onPaused({ route, why }) {
					heard.push(`paused ${route}${why ? ` ${why}` : ""}`);
					worker.hold([route]);
				},
				onResumed({ route }) {
					heard.push(`resumed ${route}`);
					worker.wake([route]);
				},
			},
		});
		await watch.start();
		worker = createWorker({
			store,
			timing,
			pauses: watch,
			routes: () => routes,
		});
		worker.start();
		await rest();
	};
	const states = async () => (await store.stats()).byState;

	it("lets running attempts end, and begins no other", async () => {
		const held = holding(2);
		await start({ sms: held.work, calls: noop() });
		await store.put(Array.from({ length: 5 }, () => delivery()));
		await rest();
		expect(held.open).to.have.length(2);
		await store.pause(["sms"], { why: "down" });
		await rest();
		expect(heard).to.deep.equal(["paused sms down"]);
		held.finish();
		held.finish(later(1000));
		await timing.advance(10 * MINUTE);
		expect(held.open).to.have.length(0);
		await store.put([delivery({ route: "calls" }), delivery()]);
		await rest();
		expect(await states()).to.include({ delivered: 2, received: 4 });
		await store.resume(["sms"]);
		await rest();
		expect(heard.at(-1)).to.equal("resumed sms");
		expect(held.open).to.have.length(2);
	});

	it("gives back untried what is leased and not begun", async () => {
		const held = holding(1);
		await start({ sms: held.work });
		// Quick handlers let the worker take some ahead.
		for (let at = 0; at < 20; at += 1) {
			await store.put([delivery()]);
			await rest();
			held.finish();
			await rest();
		}
		await store.put(Array.from({ length: 30 }, () => delivery()));
		await rest();
		expect((await states()).leased).to.be.above(1);
		await store.pause(["sms"], {});
		await rest();
		expect(await states()).to.include({ leased: 1, received: 29 });
		held.finish();
		await rest();
		expect(await states()).to.include({ leased: 0, received: 29 });
		const { rows } = await store.list({ states: ["received"] }, { max: 50 });
		expect(rows.map(({ attempts }) => attempts)).to.not.include(1);
		await store.resume(["sms"]);
		await rest();
		expect(held.open).to.have.length(1);
	});

	it("handles nothing that comes with a lease, and reserves no seat", async () => {
		await start({ sms: noop() });
		expect(worker.reserveSeat("sms")).to.not.equal(undefined);
		await store.pause(["sms"], {});
		await rest();
		expect(worker.reserveSeat("sms")).to.equal(undefined);
	});

	it("gives back a delivery whose lease arrives after the pause", async () => {
		await start({ sms: noop() });
		const seat = worker.reserveSeat("sms");
		const one = delivery({ leaseMs: LEASE_MS });
		await store.put([one]);
		await store.pause(["sms"], {});
		await rest();
		seat?.take({ ...one, attempt: 1 });
		await rest();
		expect(await states()).to.include({ received: 1, delivered: 0 });
		await store.resume(["sms"]);
		await rest();
		expect(await states()).to.include({ received: 0, delivered: 1 });
	});

	it("goes on by itself when the time of a pause is over, and sleeps until then", async () => {
		await start({ sms: noop() });
		await store.pause(["sms"], { forMs: 10 * MINUTE });
		await store.put([delivery()]);
		await timing.advance(10 * MINUTE - 1);
		expect(await states()).to.include({ received: 1 });
		expect(watch.list().map(({ route }) => route)).to.deep.equal(["sms"]);
		expect(watch.restMs("sms")).to.equal(1);
		await timing.advance(1);
		await rest();
		expect(await states()).to.include({ delivered: 1 });
		expect(heard.at(-1)).to.equal("resumed sms");
		expect(watch.list()).to.deep.equal([]);
	});

	it("hears of another end and reason, and of each pause once", async () => {
		await start({ sms: noop() });
		await store.pause(["sms"], { forMs: MINUTE });
		await store.pause(["sms"], { why: "longer" });
		await store.pause(["sms"], { why: "longer" });
		await timing.advance(10 * MINUTE);
		expect(heard).to.deep.equal(["paused sms", "paused sms longer"]);
	});

	it("knows what is paused when it starts, without telling", async () => {
		await store.pause(["sms"], { forMs: MINUTE });
		await store.put([delivery()]);
		await start({ sms: noop() });
		expect(heard).to.deep.equal([]);
		await timing.advance(MINUTE);
		await rest();
		expect(await states()).to.include({ delivered: 1 });
	});

	it("holds a replay, and lets it go with the rest", async () => {
		await start({ sms: noop() });
		const one = delivery();
		await store.put([one]);
		await rest();
		await store.pause(["sms"], {});
		await store.replay({ ids: [one.id] });
		await timing.advance(MINUTE);
		expect(await states()).to.include({ delivered: 0, waiting: 1 });
		await store.resume(["sms"]);
		await rest();
		expect(await states()).to.include({ delivered: 1, waiting: 0 });
	});

	it("stays over reloads that remove the route and bring it back", async () => {
		await start({ sms: noop() });
		await store.pause(["sms"], {});
		await store.put([delivery()]);
		await rest();
		routes.delete("sms");
		worker.wake();
		await timing.advance(1000);
		await store.put([delivery()]);
		await store.pause(["sms"], { why: "still" });
		routes.set("sms", noop());
		worker.wake();
		await timing.advance(10_000);
		expect(await states()).to.include({ received: 2, delivered: 0 });
		await store.resume(["sms"]);
		await rest();
		expect(await states()).to.include({ received: 0, delivered: 2 });
	});

	it("is over for a route that is resumed while the configuration lacks it", async () => {
		await start({ sms: noop() });
		await store.pause(["sms"], {});
		await store.put([delivery()]);
		routes.delete("sms");
		worker.wake();
		await timing.advance(1000);
		await store.resume(["sms"]);
		await timing.advance(1000);
		expect(await states()).to.include({ received: 1 });
		routes.set("sms", noop());
		worker.wake();
		await timing.advance(1000);
		expect(await states()).to.include({ delivered: 1 });
	});

	it("counts the paused time of a route", async () => {
		await start({ sms: noop() });
		const began = timing.wallMs();
		await timing.advance(MINUTE);
		await store.pause(["sms"], {});
		await timing.advance(2 * MINUTE);
		await store.resume(["sms"]);
		await timing.advance(MINUTE);
		await rest();
		expect(watch.pausedMs("sms", began, timing.wallMs())).to.equal(2 * MINUTE);
		expect(watch.pausedMs("calls", began, timing.wallMs())).to.equal(0);
	});

	it("keeps its answer while the store fails, and reads again", async () => {
		let fails = false;
		const inner = store;
		store = {
			...inner,
			pauses: () =>
				fails ? Promise.reject(new Error("away")) : inner.pauses(),
		};
		await start({ sms: noop() });
		fails = true;
		await store.pause(["sms"], {});
		await rest();
		expect(watch.list()).to.deep.equal([]);
		fails = false;
		await timing.advance(1000);
		expect(watch.list()).to.have.length(1);
	});
});

/** Ten a second. */
const RATE: Rate = { intervalMs: 100, burst: 2 };

function paced(work: RouteWork, rate = RATE, bucket = "route a"): RouteWork {
	return { ...work, tolls: [{ bucket, rate }] };
}

describe("a worker and rates", () => {
	it("starts as many handlers as the rate allows, and holds up no other route", async () => {
		const { store, worker, timing, handled } = bench({
			a: paced(noop()),
			b: noop(),
		});
		worker.start();
		await store.put([...many(100, "a"), ...many(100, "b")]);
		await timing.advance(0);
		await rest();
		const of = (route: string) =>
			handled.filter((one) => one.route === route).length;
		expect(of("b")).to.equal(100);
		expect(of("a")).to.equal(2);
		await timing.advance(5000);
		expect(of("a")).to.equal(52);
		await timing.advance(60_000);
		expect(of("a")).to.equal(100);
	});

	it("sleeps between two tokens", async () => {
		const { store, worker, timing } = bench({ a: paced(noop()) });
		worker.start();
		await store.put(many(100, "a"));
		await rest();
		await timing.advance(1000);
		const { leasePaced, due, lease } = store.calls;
		await timing.advance(1000);
		expect(store.calls.leasePaced - leasePaced).to.be.within(9, 11);
		expect(store.calls.due - due).to.be.at.most(5);
		expect(store.calls.lease).to.equal(lease);
	});

	it("leaves what waits for a token in the store", async () => {
		const held = holding(50);
		const { store, worker, timing } = bench({ a: paced(held.work) });
		worker.start();
		await store.put(many(100, "a"));
		await timing.advance(1000);
		expect(held.open).to.have.length(12);
		expect(worker.stats()).to.include({ leased: 12, running: 12 });
	});

	it("takes a token for each attempt of an order key, and runs no more than the concurrency", async () => {
		const held = holding(1);
		const { store, worker, timing } = bench({ a: paced(held.work) });
		worker.start();
		await store.put(many(3, "a", { orderKey: "k" }));
		await rest();
		expect(held.open).to.have.length(1);
		held.finish(later(0));
		await rest();
		expect(held.open).to.have.length(1);
		held.finish(later(0));
		await timing.advance(50);
		expect(held.open).to.have.length(0);
		await timing.advance(50);
		expect(held.open).to.have.length(1);
		expect(held.most).to.equal(1);
	});

	it("reserves no seat for a route with a rate or a delay", async () => {
		const { worker } = bench({
			a: paced(noop()),
			b: { ...noop(), delayMs: 1000 },
		});
		worker.start();
		await rest();
		expect(worker.reserveSeat("a")).to.equal(undefined);
		expect(worker.reserveSeat("b")).to.equal(undefined);
	});

	it("goes by a new rate after a reload", async () => {
		const hour = { intervalMs: 3_600_000, burst: 1 };
		const { store, worker, timing, routes, handled } = bench({
			a: paced(noop(), hour),
		});
		worker.start();
		await store.put(many(30, "a"));
		await timing.advance(1000);
		expect(handled).to.have.length(1);
		routes.set("a", paced(noop()));
		worker.wake();
		await timing.advance(1000);
		expect(handled.length).to.be.within(9, 12);
		routes.set("a", noop());
		worker.wake();
		await timing.advance(1000);
		expect(handled).to.have.length(30);
	});

	it("tries again after the store has failed", async () => {
		const { store, worker, timing, handled } = bench({ a: paced(noop()) });
		store.fault = (call) => {
			if (call === "leasePaced") throw new Error("away");
		};
		worker.start();
		await store.put(many(2, "a"));
		await rest();
		store.fault = () => undefined;
		await timing.advance(5000);
		expect(handled).to.have.length(2);
	});

	it("holds for all routers together, and a killed one takes no tokens with it", async () => {
		const first = bench({ a: paced(noop()) }, { isShared: true });
		const second = bench({ a: paced(noop()) }, {}, first);
		const { store, timing } = first;
		first.worker.start();
		second.worker.start();
		await store.put(many(500, "a"));
		await timing.advance(10_000);
		expect(store.count("delivered")).to.be.within(95, 105);
		const { length } = second.handled;
		// From here on the first answers no more: what it had leased comes back when the lease runs out.
		first.routes.set("a", {
			...paced(noop()),
			deliver: () => new Promise(() => {}),
		});
		await timing.advance(1000);
		void first.worker.stop(3_600_000);
		const before = store.count("delivered");
		await timing.advance(10_000);
		expect(store.count("delivered") - before).to.be.within(95, 105);
		expect(second.handled.length - length).to.be.at.least(95);
	});
});

describe("a bucket", () => {
	it("gives no more than its rate and burst in any time, and little less while there is demand", () => {
		fc.assert(
			fc.property(
				fc.record({
					intervalMs: fc.integer({ min: 1, max: 5000 }),
					burst: fc.double({ min: 1, max: 50, noNaN: true }),
				}),
				// Two routers ask in turn, each some time after the other, for some at once.
				fc.array(
					fc.tuple(
						fc.integer({ min: 0, max: 3000 }),
						fc.integer({ min: 0, max: 20 }),
					),
					{ minLength: 1, maxLength: 60 },
				),
				(rate, asks) => {
					let fullAt: number | undefined;
					let now = 1_000_000;
					const starts: number[] = [];
					for (const [afterMs, wanted] of asks) {
						now += afterMs;
						const tokens = Math.min(wanted, tokensOf(fullAt, rate, now));
						fullAt = takeTokens(fullAt, rate, { tokens, now });
						for (let at = 0; at < tokens; at += 1) starts.push(now);
					}
					for (const [at, from] of starts.entries())
						for (let to = at; to < starts.length; to += 1) {
							const spanMs = (starts[to] as number) - from;
							const most = rate.burst + spanMs / rate.intervalMs;
							expect(to - at + 1).to.be.at.most(most + 1e-3);
						}
				},
			),
			{ numRuns: 200 },
		);
	});

	it("gives what its rate allows to two routers that always ask", async () => {
		const rate = { intervalMs: 20, burst: 6 };
		let now = 1_000_000;
		const store = await openMemory({
			quarantine: { maxCount: 10, maxBytes: 1000 },
			clock: () => now,
		});
		try {
			await store.put(Array.from({ length: 600 }, () => delivery()));
			const asks = [
				{ route: "sms", max: 10, tolls: [{ bucket: "sms", rate }] },
			];
			const counts = [0, 0];
			const ids = new Set<string>();
			// 50 a second for ten seconds.
			for (let turn = 0; now < 1_010_000; turn += 1) {
				const { leases, waits } = await store.leasePaced(asks, LEASE_MS);
				for (const id of idsOf(leases)) ids.add(id);
				counts[turn % 2] = (counts[turn % 2] as number) + leases.length;
				// The other one wakes a little before or after.
				now += Math.max(1, (waits[0]?.inMs ?? 0) + ((turn * 7) % 5) - 2);
			}
			expect(ids.size).to.be.within(475, 550);
			expect(counts.every((count) => count > 50)).to.equal(true);
		} finally {
			await store.close();
		}
	});

	it("is not lost with the time of a clock that was wrong", () => {
		const far = 1_000_000 + 365 * 86_400_000;
		expect(tokensOf(far, RATE, 1_000_000)).to.equal(0);
		const fullAt = takeTokens(far, RATE, { tokens: 0, now: 1_000_000 });
		expect(tokensOf(fullAt, RATE, 1_000_200)).to.equal(2);
	});
});

describe("a worker and delays", () => {
	it("wakes when the first delay is over, and asks for nothing before", async () => {
		const { store, worker, timing, handled } = bench({
			a: { ...noop(), delayMs: 30_000 },
		});
		worker.start();
		await store.put(many(2, "a", { delayMs: 30_000 }));
		await timing.advance(1000);
		const { lease } = store.calls;
		await timing.advance(28_999);
		expect(store.calls.lease).to.equal(lease);
		expect(handled).to.have.length(0);
		await timing.advance(1);
		await rest();
		expect(handled).to.have.length(2);
		expect(DONE.verdict.as).to.equal("delivered");
	});
});
