import { randomUUID } from "node:crypto";
import { expect } from "chai";
import {
	delivery,
	type InboxFixture,
	idsOf,
	LEASE_MS,
	lease,
	leaseOne,
	put,
	settle,
	wait,
} from "./ground.ts";

/** Taking work: order, bounds, fences, what is due when. */
export function describeLease(inbox: InboxFixture): void {
	describe("lease", () => {
		it("takes the oldest of each route, as many as were asked for", async () => {
			const sms = [delivery(), delivery(), delivery()];
			const voice = [
				delivery({ route: "voice" }),
				delivery({ route: "voice" }),
			];
			await inbox.store.put([...sms, ...voice, delivery({ route: "other" })]);
			const leases = await inbox.store.lease(
				[
					{ route: "sms", max: 2 },
					{ route: "voice", max: 5 },
					{ route: "nothing", max: 5 },
				],
				LEASE_MS,
			);
			const of = (route: string) =>
				idsOf(leases.filter((taken) => taken.route === route));
			expect(of("sms")).to.deep.equal(idsOf(sms.slice(0, 2)));
			expect(of("voice")).to.deep.equal(idsOf(voice));
			expect(leases).to.have.length(4);
		});

		it("hands over all that was kept", async () => {
			const one = delivery({ orderKey: "lane", kind: "sms.receipt" });
			await inbox.store.put([one]);
			const { body, ...taken } = await leaseOne(inbox.store);
			expect(taken).to.deep.equal({
				id: one.id,
				route: "sms",
				kind: "sms.receipt",
				orderKey: "lane",
				attempt: 1,
				receivedAt: one.receivedAt,
				envelope: one.envelope,
			});
			expect(Buffer.compare(body, one.body)).to.equal(0);
			expect(await inbox.store.get(one.id)).to.include({
				state: "leased",
				attempts: 1,
			});
		});

		it("gives none to two, however many ask at once", async () => {
			const other = await inbox.another();
			await inbox.store.put(Array.from({ length: 60 }, () => delivery()));
			const taken = (
				await Promise.all(
					[inbox.store, other, inbox.store, other].map((store) =>
						lease(store, 20),
					),
				)
			).flat();
			const rest = await lease(other, 60);
			expect(new Set(idsOf([...taken, ...rest])).size).to.equal(60);
			expect([...taken, ...rest]).to.have.length(60);
		});

		it("takes nothing for a max of 0", async () => {
			await put(inbox.store);
			expect(await lease(inbox.store, 0)).to.deep.equal([]);
		});

		it("gives a lease that ran out to the next, and fences the first one off", async () => {
			const id = await put(inbox.store);
			const first = await leaseOne(inbox.store);
			inbox.advance(LEASE_MS - 1);
			expect(await lease(inbox.store)).to.deep.equal([]);
			inbox.advance(2);
			expect(await inbox.store.due()).to.deep.equal([
				{ route: "sms", inMs: 0 },
			]);
			const second = await leaseOne(inbox.store);
			expect([second.id, second.attempt]).to.deep.equal([id, 2]);
			const writes = [
				{
					plugin: "p",
					key: "k",
					value: "1",
					expiresAfterMs: undefined,
				},
			];
			const events = [delivery({ route: "made" })];
			expect(
				await settle(inbox.store, first, "delivered", { writes, events }),
			).to.equal(false);
			expect(await inbox.store.extend([first], LEASE_MS)).to.deep.equal([id]);
			expect(await inbox.store.readState("p", "k")).to.equal(undefined);
			expect(await lease(inbox.store, 1, "made")).to.deep.equal([]);
			expect(await inbox.store.get(id)).to.include({ state: "leased" });
			expect(await settle(inbox.store, second)).to.equal(true);
		});

		it("prolongs a lease, and says which ones are lost", async () => {
			const id = await put(inbox.store);
			const taken = await leaseOne(inbox.store);
			inbox.advance(LEASE_MS - 1000);
			const unknown = { id: randomUUID(), attempt: 1 };
			expect(
				await inbox.store.extend([taken, unknown], LEASE_MS),
			).to.deep.equal([unknown.id]);
			inbox.advance(LEASE_MS - 1000);
			expect(await lease(inbox.store)).to.deep.equal([]);
			expect(await settle(inbox.store, taken)).to.equal(true);
			expect(await inbox.store.get(id)).to.include({ state: "delivered" });
		});

		it("says that a settled lease is lost", async () => {
			await put(inbox.store);
			const taken = await leaseOne(inbox.store);
			await settle(inbox.store, taken, wait(0));
			expect(await inbox.store.extend([taken], LEASE_MS)).to.deep.equal([
				taken.id,
			]);
		});

		describe("of one that finds out whether a service is there", () => {
			const probe = (avoid: readonly string[]) =>
				inbox.store.lease([{ route: "sms", max: 1, avoid }], LEASE_MS);

			it("takes the newest that is due and was not tried yet", async () => {
				const first = await put(inbox.store);
				await settle(inbox.store, await leaseOne(inbox.store), wait(0));
				const [old, young] = [await put(inbox.store), await put(inbox.store)];
				await put(inbox.store, { route: "other" });
				expect(idsOf(await probe([]))).to.deep.equal([young]);
				expect(idsOf(await probe([]))).to.deep.equal([old]);
				expect(idsOf(await probe([]))).to.deep.equal([first]);
				expect(await probe([])).to.deep.equal([]);
			});

			it("takes one that is to be avoided only where there is no other, in their order", async () => {
				const ids = [];
				for (let count = 0; count < 4; count++)
					ids.push(await put(inbox.store));
				const [first, second, third, last] = ids as [
					string,
					string,
					string,
					string,
				];
				const avoid = [randomUUID(), third, first, last];
				const taken = [];
				for (let count = 0; count < 4; count++)
					taken.push(...idsOf(await probe(avoid)));
				expect(taken).to.deep.equal([second, third, first, last]);
			});

			it("takes one with few attempts before one with more", async () => {
				const [old, young] = [await put(inbox.store), await put(inbox.store)];
				for (const taken of await lease(inbox.store))
					await settle(inbox.store, taken, wait(0));
				const again = await probe([]);
				expect(idsOf(again)).to.deep.equal([young]);
				for (const taken of again) await settle(inbox.store, taken, wait(0));
				expect(idsOf(await probe([]))).to.deep.equal([old]);
			});

			it("takes nothing that waits: for its time, or waits for an earlier one with its order key", async () => {
				await put(inbox.store);
				await settle(inbox.store, await leaseOne(inbox.store), wait(5000));
				const head = await put(inbox.store, { orderKey: "lane" });
				await put(inbox.store, { orderKey: "lane" });
				expect(idsOf(await probe([head]))).to.deep.equal([head]);
				expect(await probe([])).to.deep.equal([]);
			});

			it("takes one whose lease ran out", async () => {
				const id = await put(inbox.store);
				await leaseOne(inbox.store);
				inbox.advance(LEASE_MS + 1);
				expect(idsOf(await probe([]))).to.deep.equal([id]);
			});

			it("goes beside what is asked for other routes", async () => {
				const id = await put(inbox.store);
				const others = [
					await put(inbox.store, { route: "voice" }),
					await put(inbox.store, { route: "voice" }),
				];
				const asks = [
					{ route: "sms", max: 1, avoid: [] },
					{ route: "voice", max: 5 },
				];
				const leases = await inbox.store.lease(asks, LEASE_MS);
				expect(new Set(idsOf(leases))).to.deep.equal(new Set([id, ...others]));
			});
		});

		it("lets no route wait for one that is full", async () => {
			await inbox.store.put(Array.from({ length: 500 }, () => delivery()));
			await lease(inbox.store, 5);
			const id = await put(inbox.store, { route: "voice" });
			expect(idsOf(await lease(inbox.store, 5, "voice"))).to.deep.equal([id]);
		});
	});

	describe("due", () => {
		it("is empty where nothing is to be done", async () => {
			await put(inbox.store, { state: "delivered" });
			await put(inbox.store, { state: "quarantined", reason: "no" });
			expect(await inbox.store.due()).to.deep.equal([]);
		});

		it("says for each route when its first is due", async () => {
			await put(inbox.store, { route: "a" });
			for (const afterMs of [9000, 5000]) {
				await put(inbox.store, { route: "b" });
				await settle(
					inbox.store,
					await leaseOne(inbox.store, "b"),
					wait(afterMs),
				);
			}
			inbox.advance(1000);
			const due = [...(await inbox.store.due())].sort((left, right) =>
				left.route.localeCompare(right.route),
			);
			expect(due).to.deep.equal([
				{ route: "a", inMs: 0 },
				{ route: "b", inMs: 4000 },
			]);
		});
	});
}
