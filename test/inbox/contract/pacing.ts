import { expect } from "chai";
import type { PacedAsk } from "../../../src/inbox/port/pacing.ts";
import type { Rate } from "../../../src/inbox/port/rate.ts";
import type { InboxStore } from "../../../src/inbox/port/store.ts";
import {
	DEAD,
	delivery,
	type InboxFixture,
	idsOf,
	LEASE_MS,
	lease,
	leaseOne,
	put,
	START,
	settle,
	wait,
} from "./ground.ts";

/** Pauses, rates and delays. */
export function describePacing(inbox: InboxFixture): void {
	describePauses(inbox);
	describeRetentionOfPaused(inbox);
	describeRates(inbox);
	describeDelays(inbox);
}

function describePauses(inbox: InboxFixture): void {
	describe("a pause", () => {
		it("holds what its route has and gets, and no other route", async () => {
			const { store } = inbox;
			const first = await put(store);
			await store.pause(["sms"], {});
			const [receipt] = await store.put([delivery({ leaseMs: LEASE_MS })]);
			expect(receipt?.isLeased).to.equal(undefined);
			await put(store, { route: "calls" });
			expect(await lease(store)).to.have.length(0);
			expect(await store.due()).to.deep.equal([{ route: "calls", inMs: 0 }]);
			expect(await lease(store, 10, "calls")).to.have.length(1);
			expect(await store.resume(["sms"])).to.deep.equal(["sms"]);
			expect((await store.due()).map(({ route }) => route)).to.include("sms");
			expect(idsOf(await lease(store))).to.deep.equal([first, receipt?.id]);
		});

		it("gives no probe either", async () => {
			const { store } = inbox;
			await put(store);
			await store.pause(["sms"], {});
			const ask = { route: "sms", max: 1, avoid: [] };
			expect(await store.lease([ask], LEASE_MS)).to.have.length(0);
		});

		it("ends by itself, by the clock of the store", async () => {
			const { store } = inbox;
			await put(store);
			await store.pause(["sms"], { forMs: 60_000, why: "the service is down" });
			inbox.advance(10_000);
			expect(await store.due()).to.deep.equal([{ route: "sms", inMs: 50_000 }]);
			expect(await store.pauses()).to.deep.equal({
				now: START + 10_000,
				all: [
					{
						route: "sms",
						since: START,
						until: START + 60_000,
						why: "the service is down",
					},
				],
			});
			inbox.advance(49_999);
			expect(await lease(store)).to.have.length(0);
			inbox.advance(1);
			expect(await store.due()).to.deep.equal([{ route: "sms", inMs: 0 }]);
			expect(await lease(store)).to.have.length(1);
		});

		it("outlives a restart, and ends while nothing runs", async () => {
			await put(inbox.store);
			await put(inbox.store, { route: "calls" });
			await inbox.store.pause(["sms"], {});
			await inbox.store.pause(["calls"], { forMs: 1000 });
			inbox.advance(2000);
			await inbox.reopen();
			expect(await lease(inbox.store)).to.have.length(0);
			expect(await lease(inbox.store, 10, "calls")).to.have.length(1);
		});

		it("lets running attempts end, and a returned or failed one waits", async () => {
			const { store } = inbox;
			for (let at = 0; at < 3; at += 1) await put(store);
			const [done, failed, returned] = await lease(store);
			if (!done || !failed || !returned) throw new Error("three are due");
			await store.pause(["sms"], {});
			expect(await store.extend([done], LEASE_MS)).to.deep.equal([]);
			expect(await settle(store, done)).to.equal(true);
			expect(await settle(store, failed, wait(1000))).to.equal(true);
			expect(await settle(store, returned, "returned")).to.equal(true);
			inbox.advance(5000);
			expect(await lease(store)).to.have.length(0);
			await store.resume(["sms"]);
			const again = await lease(store);
			expect(idsOf(again)).to.have.members([failed.id, returned.id]);
			const { attempt } = again.find(({ id }) => id === returned.id) ?? {};
			expect(attempt).to.equal(1);
		});

		it("holds a lease that ran out", async () => {
			const { store } = inbox;
			await put(store);
			await leaseOne(store);
			await store.pause(["sms"], {});
			inbox.advance(LEASE_MS + 1);
			expect(await lease(store)).to.have.length(0);
			await store.resume(["sms"]);
			expect((await leaseOne(store)).attempt).to.equal(2);
		});

		it("holds replays until the route is resumed", async () => {
			const { store } = inbox;
			const id = await put(store);
			await settle(store, await leaseOne(store), DEAD);
			await store.pause(["sms"], {});
			expect(await store.replay({ ids: [id] })).to.equal(1);
			expect(await lease(store)).to.have.length(0);
			await store.resume(["sms"]);
			expect((await leaseOne(store)).id).to.equal(id);
		});

		it("keeps the order of a key", async () => {
			const { store } = inbox;
			const first = await put(store, { orderKey: "a" });
			const running = await leaseOne(store);
			await store.pause(["sms"], {});
			const second = await put(store, { orderKey: "a" });
			await settle(store, running, "returned");
			expect(await lease(store)).to.have.length(0);
			await store.resume(["sms"]);
			const again = await leaseOne(store);
			expect(again.id).to.equal(first);
			await settle(store, again);
			expect((await leaseOne(store)).id).to.equal(second);
		});

		it("keeps its start when it gets another end and reason", async () => {
			const { store } = inbox;
			await store.pause(["sms"], { why: "first" });
			inbox.advance(1000);
			await store.pause(["sms", "sms"], { forMs: 500, why: "second" });
			const { all } = await store.pauses();
			expect(all).to.deep.equal([
				{ route: "sms", since: START, until: START + 1500, why: "second" },
			]);
		});

		it("is remembered after its end, and resumed only while it lasts", async () => {
			const { store } = inbox;
			await store.pause(["sms", "calls"], {});
			inbox.advance(1000);
			expect(await store.resume(["sms", "unknown"])).to.deep.equal(["sms"]);
			expect(await store.resume(["sms"])).to.deep.equal([]);
			inbox.advance(1000);
			await store.pause(["sms"], {});
			const { all } = await store.pauses();
			expect(all.filter(({ route }) => route === "sms")).to.deep.equal([
				{ route: "sms", since: START, until: START + 1000, why: undefined },
				{
					route: "sms",
					since: START + 2000,
					until: undefined,
					why: undefined,
				},
			]);
		});

		it("is told to who listens", async () => {
			const { store } = inbox;
			const other = await inbox.another();
			let calls = 0;
			const cancel = store.onPauses(() => {
				calls += 1;
			});
			await other.pause(["sms"], {});
			if (other === store) expect(calls).to.equal(1);
			cancel();
			calls = 0;
			await store.resume(["sms"]);
			expect(calls).to.equal(0);
		});
	});
}

const DAY = 86_400_000;
const RULES = {
	deliveredMs: DAY,
	deadMs: 2 * DAY,
	bodyMs: DAY / 2,
	max: 100,
};

function describeRetentionOfPaused(inbox: InboxFixture): void {
	describe("retention across a pause", () => {
		const finish = async (store: InboxStore, route: string) => {
			const delivered = await put(store, { route });
			await settle(store, await leaseOne(store, route));
			const dead = await put(store, { route });
			await settle(store, await leaseOne(store, route), DEAD);
			return { delivered, dead };
		};

		it("counts no paused time, and is as ever for other routes", async () => {
			const { store } = inbox;
			const sms = await finish(store, "sms");
			const calls = await finish(store, "calls");
			await store.pause(["sms"], {});
			inbox.advance(3 * DAY);
			await store.prune(RULES);
			expect(await store.get(calls.delivered)).to.equal(undefined);
			expect(await store.get(calls.dead)).to.equal(undefined);
			expect((await store.get(sms.delivered))?.body).not.to.equal(undefined);
			await store.resume(["sms"]);
			inbox.advance(DAY / 2);
			await store.prune(RULES);
			expect(await store.get(sms.delivered)).to.include({ body: undefined });
			inbox.advance(DAY / 2 - 1);
			await store.prune(RULES);
			expect(await store.get(sms.delivered)).not.to.equal(undefined);
			inbox.advance(1);
			await store.prune(RULES);
			expect(await store.get(sms.delivered)).to.equal(undefined);
			expect(await store.get(sms.dead)).not.to.equal(undefined);
			inbox.advance(DAY);
			await store.prune(RULES);
			expect(await store.get(sms.dead)).to.equal(undefined);
		});

		it("adds up several pauses", async () => {
			const { store } = inbox;
			const { delivered } = await finish(store, "sms");
			for (let at = 0; at < 3; at += 1) {
				await store.pause(["sms"], {});
				inbox.advance(DAY);
				await store.resume(["sms"]);
				inbox.advance(DAY / 4);
			}
			await store.prune(RULES);
			expect(await store.get(delivered)).not.to.equal(undefined);
			inbox.advance(DAY / 4);
			await store.prune(RULES);
			expect(await store.get(delivered)).to.equal(undefined);
		});

		it("finds what has expired behind what has not", async () => {
			const { store } = inbox;
			for (let at = 0; at < 5; at += 1) await finish(store, "sms");
			const calls = await finish(store, "calls");
			await store.pause(["sms"], {});
			inbox.advance(3 * DAY);
			await store.prune({ ...RULES, max: 1 });
			await store.prune({ ...RULES, max: 1 });
			expect(await store.get(calls.delivered)).to.equal(undefined);
			expect(await store.get(calls.dead)).to.equal(undefined);
			expect((await store.stats()).byState).to.include({
				delivered: 5,
				dead: 5,
			});
		});

		it("forgets a pause that nothing depends on any more", async () => {
			const { store } = inbox;
			await store.pause(["sms"], { forMs: 1000 });
			inbox.advance(29 * DAY);
			await store.prune(RULES);
			expect((await store.pauses()).all).to.have.length(1);
			inbox.advance(2 * DAY);
			await store.prune(RULES);
			expect((await store.pauses()).all).to.have.length(0);
		});
	});
}

/** Ten a second, two at once. */
const RATE: Rate = { intervalMs: 100, burst: 2 };

function paced(changed: Partial<PacedAsk> & { readonly rate?: Rate } = {}) {
	const { rate = RATE, ...ask } = changed;
	return [
		{ route: "sms", max: 10, tolls: [{ bucket: "route sms", rate }], ...ask },
	];
}

function describeRates(inbox: InboxFixture): void {
	describe("a rate", () => {
		const fill = async (count: number, route = "sms") => {
			for (let at = 0; at < count; at += 1) await put(inbox.store, { route });
		};

		it("leases as many as there are tokens, and says when the next one comes", async () => {
			const { store } = inbox;
			await fill(10);
			const first = await store.leasePaced(paced(), LEASE_MS);
			expect(first.leases).to.have.length(2);
			expect(Buffer.from(first.leases[0]?.body ?? []).toString()).to.equal(
				'{"text":"hello"}',
			);
			expect(first.waits).to.deep.equal([{ route: "sms", inMs: 100 }]);
			inbox.advance(99);
			const early = await store.leasePaced(paced(), LEASE_MS);
			expect(early.leases).to.have.length(0);
			expect(early.waits[0]?.inMs).to.be.closeTo(1, 0.01);
			inbox.advance(1);
			expect((await store.leasePaced(paced(), LEASE_MS)).leases).to.have.length(
				1,
			);
		});

		it("takes no token where nothing is due", async () => {
			const { store } = inbox;
			expect(await store.leasePaced(paced(), LEASE_MS)).to.deep.equal({
				leases: [],
				waits: [],
			});
			await fill(2);
			const { leases, waits } = await store.leasePaced(paced(), LEASE_MS);
			expect(leases).to.have.length(2);
			expect(waits).to.have.length(1);
		});

		it("saves no more than its burst", async () => {
			const { store } = inbox;
			await fill(10);
			inbox.advance(60_000);
			const { leases } = await store.leasePaced(paced(), LEASE_MS);
			expect(leases).to.have.length(2);
		});

		it("counts a retry", async () => {
			const { store } = inbox;
			await fill(2);
			const { leases } = await store.leasePaced(paced(), LEASE_MS);
			for (const one of leases) await settle(store, one, wait(0));
			const again = await store.leasePaced(paced(), LEASE_MS);
			expect(again.leases).to.have.length(0);
			expect(again.waits).to.have.length(1);
		});

		it("holds over two handles, and over a restart", async () => {
			await fill(10);
			const other = await inbox.another();
			const both = await Promise.all([
				inbox.store.leasePaced(paced({ max: 1 }), LEASE_MS),
				other.leasePaced(paced({ max: 5 }), LEASE_MS),
			]);
			expect(both.flatMap(({ leases }) => leases)).to.have.length(2);
			await inbox.reopen();
			const { leases } = await inbox.store.leasePaced(paced(), LEASE_MS);
			expect(leases).to.have.length(0);
			inbox.advance(100);
			const later = await inbox.store.leasePaced(paced(), LEASE_MS);
			expect(later.leases).to.have.length(1);
		});

		it("is shared by routes with one bucket, and the scarcest bucket decides", async () => {
			const { store } = inbox;
			await fill(3);
			await fill(3, "calls");
			const service = {
				bucket: "service",
				rate: { intervalMs: 1000, burst: 3 },
			};
			const tolls = [{ bucket: "route sms", rate: RATE }, service];
			const { leases, waits } = await store.leasePaced(
				[
					{ route: "sms", max: 10, tolls },
					{ route: "calls", max: 10, tolls: [service] },
				],
				LEASE_MS,
			);
			expect(leases.map(({ route }) => route)).to.deep.equal([
				"sms",
				"sms",
				"calls",
			]);
			expect(waits).to.deep.equal([
				{ route: "sms", inMs: 100 },
				{ route: "calls", inMs: 1000 },
			]);
		});

		it("is not held up by a slower one of before", async () => {
			const { store } = inbox;
			await fill(3);
			const slow = paced({ rate: { intervalMs: 3_600_000, burst: 1 } });
			await store.leasePaced(slow, LEASE_MS);
			const { waits } = await store.leasePaced(paced(), LEASE_MS);
			expect(waits).to.deep.equal([{ route: "sms", inMs: 100 }]);
			inbox.advance(100);
			const { leases } = await store.leasePaced(paced(), LEASE_MS);
			expect(leases).to.have.length(1);
		});

		it("leases one of each order key", async () => {
			const { store } = inbox;
			const first = await put(store, { orderKey: "a" });
			await put(store, { orderKey: "a" });
			const other = await put(store, { orderKey: "b" });
			const { leases } = await store.leasePaced(paced(), LEASE_MS);
			expect(idsOf(leases)).to.deep.equal([first, other]);
		});

		it("leases nothing of a paused route, and takes no token", async () => {
			const { store } = inbox;
			await fill(3);
			await store.pause(["sms"], {});
			const held = await store.leasePaced(paced(), LEASE_MS);
			expect(held.leases).to.have.length(0);
			await store.resume(["sms"]);
			const { leases } = await store.leasePaced(paced(), LEASE_MS);
			expect(leases).to.have.length(2);
		});

		it("takes a token for a probe", async () => {
			const { store } = inbox;
			await fill(3);
			const probe = paced({ max: 1, avoid: [] });
			for (let at = 0; at < 2; at += 1) {
				const { leases } = await store.leasePaced(probe, LEASE_MS);
				expect(leases).to.have.length(1);
			}
			const { leases, waits } = await store.leasePaced(probe, LEASE_MS);
			expect(leases).to.have.length(0);
			expect(waits).to.have.length(1);
		});
	});
}

function describeDelays(inbox: InboxFixture): void {
	describe("a delay", () => {
		it("holds the first attempt back, in order", async () => {
			const { store } = inbox;
			const [one] = await store.put([
				delivery({ delayMs: 30_000, leaseMs: LEASE_MS }),
			]);
			expect(one?.isLeased).to.equal(undefined);
			inbox.advance(1000);
			const two = await put(store, { delayMs: 30_000 });
			expect(await lease(store)).to.have.length(0);
			expect(await store.due()).to.deep.equal([{ route: "sms", inMs: 29_000 }]);
			inbox.advance(29_000);
			expect(idsOf(await lease(store))).to.deep.equal([one?.id]);
			inbox.advance(1000);
			expect(idsOf(await lease(store))).to.deep.equal([two]);
		});

		it("holds back no retry and no replay", async () => {
			const { store } = inbox;
			const id = await put(store, { delayMs: 30_000 });
			inbox.advance(30_000);
			await settle(store, await leaseOne(store), wait(1000));
			inbox.advance(1000);
			await settle(store, await leaseOne(store), DEAD);
			await store.replay({ ids: [id] });
			expect((await leaseOne(store)).attempt).to.equal(3);
		});

		it("counts for each of a key from its own arrival", async () => {
			const { store } = inbox;
			const delayed = { orderKey: "a", delayMs: 10_000 };
			const first = await put(store, delayed);
			inbox.advance(5000);
			const second = await put(store, delayed);
			inbox.advance(5000);
			const leased = await leaseOne(store);
			expect(leased.id).to.equal(first);
			await settle(store, leased);
			expect(await lease(store)).to.have.length(0);
			inbox.advance(5000);
			expect((await leaseOne(store)).id).to.equal(second);
		});

		it("counts for what is released, and for new events of a handler", async () => {
			const { store } = inbox;
			const id = await put(store, { state: "quarantined" });
			const as = { route: "sms", kind: "sms.inbound" };
			const keys = { dedupeKey: undefined, orderKey: undefined };
			await store.release(id, { ...as, ...keys, delayMs: 2000 });
			expect(await lease(store)).to.have.length(0);
			inbox.advance(2000);
			const leased = await leaseOne(store);
			const made = delivery({ delayMs: 3000 });
			await settle(store, leased, "delivered", { events: [made] });
			expect(await lease(store)).to.have.length(0);
			inbox.advance(3000);
			expect((await leaseOne(store)).id).to.equal(made.id);
		});
	});
}
