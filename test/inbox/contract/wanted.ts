import { expect } from "chai";
import type { Lease, NewDelivery } from "../../../src/inbox/port/queue.ts";
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

/** What is leased as it is put: an engine need not do so, but where it does it keeps the rules of a lease. */
export function describeWanted(inbox: InboxFixture): void {
	describe("put with a lease", () => {
		/** Puts one; the lease that it had at once, or that it has now. */
		const take = async (changed: Partial<NewDelivery> = {}) => {
			const one = delivery({ leaseMs: LEASE_MS, ...changed });
			const [receipt] = await inbox.store.put([one]);
			expect(receipt).to.include({ id: one.id, isDuplicate: false });
			const id = receipt?.isLeased ? { id: one.id, attempt: 1 } : undefined;
			return id ?? (await leaseOne(inbox.store));
		};

		it("gives it to nobody else, and takes its outcome", async () => {
			const taken = await take();
			expect(await lease(inbox.store)).to.deep.equal([]);
			expect(await settle(inbox.store, taken)).to.equal(true);
			const found = await inbox.store.get(taken.id);
			expect(found).to.include({ state: "delivered", attempts: 1 });
			expect(found?.history).to.have.length(1);
			expect(inbox.store.backlog()).to.equal(0);
		});

		it("counts it as unfinished, and shows it as leased", async () => {
			const taken = await take();
			expect(inbox.store.backlog()).to.equal(1);
			expect(await inbox.store.get(taken.id)).to.include({ state: "leased" });
		});

		it("tries it again after a failure, with all that it came with", async () => {
			const changed = { envelope: '{"a":1}', body: Buffer.from([0, 255]) };
			const taken = await take(changed);
			await settle(inbox.store, taken, wait(1000));
			expect(await lease(inbox.store)).to.deep.equal([]);
			inbox.advance(1000);
			const again = await leaseOne(inbox.store);
			expect(again).to.include({
				id: taken.id,
				attempt: 2,
				envelope: '{"a":1}',
			});
			expect([...again.body]).to.deep.equal([0, 255]);
		});

		it("gives it to another one when the lease runs out, and takes no outcome of the first", async () => {
			const taken = await take();
			inbox.advance(LEASE_MS);
			const again = await leaseOne(inbox.store);
			expect(again).to.include({ id: taken.id, attempt: 2 });
			expect(await settle(inbox.store, taken)).to.equal(false);
			expect(await settle(inbox.store, again)).to.equal(true);
		});

		it("prolongs it", async () => {
			const taken = await take();
			inbox.advance(LEASE_MS - 1);
			expect(await inbox.store.extend([taken], LEASE_MS)).to.deep.equal([]);
			inbox.advance(LEASE_MS - 1);
			expect(await lease(inbox.store)).to.deep.equal([]);
		});

		it("lets nothing overtake what waits", async () => {
			const first = await put(inbox.store);
			const batch = [1, 2].map(() => delivery({ leaseMs: LEASE_MS }));
			const receipts = await inbox.store.put(batch);
			expect(receipts.some(({ isLeased }) => isLeased)).to.equal(false);
			expect(idsOf(await lease(inbox.store))).to.deep.equal([
				first,
				...idsOf(batch),
			]);
		});

		it("lets nothing overtake what waits of the same batch", async () => {
			const batch = [undefined, LEASE_MS, LEASE_MS].map((leaseMs) =>
				delivery({ leaseMs }),
			);
			const receipts = await inbox.store.put(batch);
			expect(receipts.some(({ isLeased }) => isLeased)).to.equal(false);
			expect(idsOf(await lease(inbox.store))).to.deep.equal(idsOf(batch));
		});

		it("keeps the order of a key", async () => {
			const batch = [1, 2, 3].map(() =>
				delivery({ orderKey: "k", leaseMs: LEASE_MS }),
			);
			const receipts = await inbox.store.put(batch);
			const done: string[] = [];
			let taken: Pick<Lease, "id" | "attempt"> | undefined = receipts[0]
				?.isLeased && { id: receipts[0].id, attempt: 1 };
			for (const { id } of batch) {
				taken ??= await leaseOne(inbox.store);
				expect(taken.id).to.equal(id);
				expect(await lease(inbox.store), "one at a time").to.deep.equal([]);
				await settle(inbox.store, taken);
				done.push(taken.id);
				taken = undefined;
			}
			expect(receipts.slice(1).some(({ isLeased }) => isLeased)).to.equal(
				false,
			);
			expect(done).to.deep.equal(idsOf(batch));
		});

		it("waits behind one of its key that failed", async () => {
			const first = await take({ orderKey: "k" });
			await settle(inbox.store, first, wait(1000));
			const [receipt] = await inbox.store.put([
				delivery({ orderKey: "k", leaseMs: LEASE_MS }),
			]);
			expect(receipt?.isLeased).to.equal(undefined);
			expect(await lease(inbox.store)).to.deep.equal([]);
		});

		it("leases no duplicate, and nothing that is held or was answered", async () => {
			await take({ dedupeKey: "d" });
			const receipts = await inbox.store.put([
				delivery({ dedupeKey: "d", leaseMs: LEASE_MS }),
				delivery({ state: "quarantined", reason: "r", leaseMs: LEASE_MS }),
				delivery({ state: "delivered", leaseMs: LEASE_MS }),
			]);
			expect(receipts.map(({ isLeased }) => isLeased)).to.deep.equal([
				undefined,
				undefined,
				undefined,
			]);
		});

		it("gives it back after an end and a new start", async () => {
			// A shared one cannot know that its router is gone before the lease runs out.
			const taken = await take();
			await inbox.reopen();
			if (inbox.store.isShared) inbox.advance(LEASE_MS);
			const again = await leaseOne(inbox.store);
			expect(again).to.include({ id: taken.id, attempt: 2 });
		});
	});
}
