import { expect } from "chai";
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
	settlement,
	wait,
} from "./ground.ts";

/** What becomes of a lease, and what commits together with it. */
export function describeSettle(inbox: InboxFixture): void {
	describe("settle", () => {
		it("answers in the order of the settlements", async () => {
			await inbox.store.put([delivery(), delivery(), delivery()]);
			const [a, b, c] = await lease(inbox.store);
			if (!a || !b || !c) throw new Error("three are due");
			expect(
				await inbox.store.settle([
					settlement(a),
					settlement({ ...b, attempt: 7 }),
					settlement(c, DEAD),
					settlement(a),
				]),
			).to.deep.equal([true, false, true, false]);
			const states = await Promise.all(
				[a, b, c].map(async ({ id }) => (await inbox.store.get(id))?.state),
			);
			expect(states).to.deep.equal(["delivered", "leased", "dead"]);
			expect(inbox.store.backlog()).to.equal(1);
		});

		it("tries again when the time has come, not before", async () => {
			const id = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store), wait(5000));
			expect(await inbox.store.get(id)).to.include({
				state: "waiting",
				attempts: 1,
				dueAt: inbox.now + 5000,
				reason: "HANDLER_FAILED: not now",
			});
			inbox.advance(4999);
			expect(await lease(inbox.store)).to.deep.equal([]);
			inbox.advance(1);
			expect((await leaseOne(inbox.store)).attempt).to.equal(2);
		});

		it("does not count an attempt that is given back", async () => {
			const id = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store), "returned");
			expect(await inbox.store.get(id)).to.deep.include({
				state: "received",
				attempts: 0,
				history: [],
			});
			expect((await leaseOne(inbox.store)).attempt).to.equal(1);
		});

		it("does not try one that is given back before its time", async () => {
			const id = await put(inbox.store);
			const verdict = { as: "returned", afterMs: 5000 } as const;
			await settle(inbox.store, await leaseOne(inbox.store), verdict);
			expect(await inbox.store.get(id)).to.deep.include({
				state: "received",
				attempts: 0,
				dueAt: inbox.now + 5000,
				history: [],
			});
			inbox.advance(4999);
			expect(await lease(inbox.store)).to.deep.equal([]);
			inbox.advance(1);
			expect((await leaseOne(inbox.store)).attempt).to.equal(1);
		});

		it("keeps the history of attempts", async () => {
			const id = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store), wait(0));
			await settle(inbox.store, await leaseOne(inbox.store), DEAD, {
				startedAt: START + 100,
				durationMs: 7,
			});
			await inbox.store.replay({ ids: [id] });
			await settle(inbox.store, await leaseOne(inbox.store));
			const found = await inbox.store.get(id);
			expect(found?.history).to.deep.equal([
				{
					attempt: 1,
					startedAt: START,
					durationMs: 12,
					outcome: "waiting",
					reason: "HANDLER_FAILED: not now",
				},
				{
					attempt: 2,
					startedAt: START + 100,
					durationMs: 7,
					outcome: "dead",
					reason: "HANDLER_FAILED: never",
				},
				{
					attempt: 3,
					startedAt: START,
					durationMs: 12,
					outcome: "delivered",
					reason: undefined,
				},
			]);
		});

		it("keeps the stack of each attempt in the history, apart from its reason", async () => {
			const id = await put(inbox.store);
			const stack = "Error: \u{1f600}\n    at f (plugins/x.ts:3:42)\n\u0085";
			const reason = "HANDLER_FAILED: two\nlines\u001e";
			await settle(inbox.store, await leaseOne(inbox.store), {
				as: "waiting",
				afterMs: 0,
				reason,
				stack,
			});
			const waiting = await inbox.store.get(id);
			expect(waiting?.reason).to.equal(reason);
			await settle(inbox.store, await leaseOne(inbox.store), {
				as: "dead",
				reason: "HANDLER_FAILED: never",
				stack: "Error: never",
			});
			await inbox.store.replay({ ids: [id] });
			await settle(inbox.store, await leaseOne(inbox.store));
			const found = await inbox.store.get(id);
			expect(
				found?.history.map((past) => [past.reason?.trimEnd(), past.stack]),
			).to.deep.equal([
				["HANDLER_FAILED: two\nlines", stack],
				["HANDLER_FAILED: never", "Error: never"],
				[undefined, undefined],
			]);
		});

		it("writes state and new events with a success", async () => {
			await put(inbox.store);
			const made = delivery({ route: "made", dedupeKey: "once" });
			const written = await settle(
				inbox.store,
				await leaseOne(inbox.store),
				"delivered",
				{
					writes: [write("a", "1"), write("b", "2"), write("a", undefined)],
					events: [made, delivery({ route: "made", dedupeKey: "once" })],
				},
			);
			expect(written).to.equal(true);
			expect(await inbox.store.readState("p", "a")).to.equal(undefined);
			expect(await inbox.store.readState("p", "b")).to.equal("2");
			expect(idsOf(await lease(inbox.store, 9, "made"))).to.deep.equal([
				made.id,
			]);
			expect(inbox.store.backlog()).to.equal(1);
		});

		for (const verdict of [wait(0), DEAD, "returned"] as const) {
			const name = typeof verdict === "string" ? verdict : verdict.as;
			it(`writes neither with ${name}`, async () => {
				await put(inbox.store);
				await settle(inbox.store, await leaseOne(inbox.store), verdict, {
					writes: [write("a", "1")],
					events: [delivery({ route: "made" })],
				});
				expect(await inbox.store.readState("p", "a")).to.equal(undefined);
				expect(await lease(inbox.store, 9, "made")).to.deep.equal([]);
			});
		}

		it("leaves a lease alone that somebody extended, if it is settled only when it lapses", async () => {
			const id = await put(inbox.store);
			const taken = await leaseOne(inbox.store);
			const lapse = { lapsesWithinMs: 5000 };
			inbox.advance(LEASE_MS - 5001);
			expect(await settle(inbox.store, taken, wait(0), lapse)).to.equal(false);
			await inbox.store.extend([taken], LEASE_MS);
			inbox.advance(10_000);
			expect(await settle(inbox.store, taken, wait(0), lapse)).to.equal(false);
			expect((await inbox.store.get(id))?.state).to.equal("leased");
			inbox.advance(LEASE_MS - 15_000);
			expect(await settle(inbox.store, taken, wait(0), lapse)).to.equal(true);
			expect(await settle(inbox.store, taken)).to.equal(false);
			const { history = [] } = (await inbox.store.get(id)) ?? {};
			expect(history.map(({ outcome }) => outcome)).to.deep.equal(["waiting"]);
		});

		it("takes an empty list", async () => {
			expect(await inbox.store.settle([])).to.deep.equal([]);
		});

		it("keeps what is under way alive over an end and a new start", async () => {
			const id = await put(inbox.store);
			await leaseOne(inbox.store);
			await inbox.reopen();
			inbox.advance(60_000);
			const again = await leaseOne(inbox.store);
			expect([again.id, again.attempt]).to.deep.equal([id, 2]);
		});
	});
}

// --- helpers ---

function write(key: string, value: string | undefined) {
	return { plugin: "p", key, value, expiresAfterMs: undefined };
}
