import { expect } from "chai";
import {
	DEAD,
	delivery,
	type InboxFixture,
	idsOf,
	lease,
	leaseOne,
	put,
	settle,
} from "./ground.ts";

/** Keeping: receipts, duplicates, bytes. */
export function describePut(inbox: InboxFixture): void {
	describe("put", () => {
		it("gives receipts in the order of the batch", async () => {
			const batch = Array.from({ length: 50 }, () => delivery());
			const receipts = await inbox.store.put(batch);
			expect(receipts).to.deep.equal(
				batch.map(({ id }) => ({ id, isDuplicate: false })),
			);
			expect(idsOf(await lease(inbox.store, 50))).to.deep.equal(idsOf(batch));
		});

		it("takes an empty batch", async () => {
			expect(await inbox.store.put([])).to.deep.equal([]);
		});

		it("tells a duplicate within the batch, under the id of the first", async () => {
			const [first, second, other] = [
				delivery({ dedupeKey: "a" }),
				delivery({ dedupeKey: "a" }),
				delivery({ dedupeKey: "b" }),
			];
			expect(await inbox.store.put([first, second, other])).to.deep.equal([
				{ id: first.id, isDuplicate: false },
				{ id: first.id, isDuplicate: true },
				{ id: other.id, isDuplicate: false },
			]);
			expect(idsOf(await lease(inbox.store))).to.deep.equal(
				idsOf([first, other]),
			);
		});

		it("tells a duplicate of an earlier batch, whatever became of it", async () => {
			const waiting = await put(inbox.store, { dedupeKey: "w" });
			await settle(inbox.store, await leaseOne(inbox.store), {
				as: "waiting",
				afterMs: 1000,
				reason: "later",
			});
			const delivered = await put(inbox.store, { dedupeKey: "d" });
			await settle(inbox.store, await leaseOne(inbox.store));
			const dead = await put(inbox.store, { dedupeKey: "x" });
			await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			const leased = await put(inbox.store, { dedupeKey: "l" });
			await leaseOne(inbox.store);
			const receipts = await inbox.store.put(
				["w", "d", "x", "l"].map((dedupeKey) => delivery({ dedupeKey })),
			);
			expect(receipts).to.deep.equal(
				[waiting, delivered, dead, leased].map((id) => ({
					id,
					isDuplicate: true,
				})),
			);
			expect(await lease(inbox.store)).to.deep.equal([]);
		});

		it("keeps the keys of each route apart", async () => {
			await put(inbox.store, { dedupeKey: "a" });
			const [receipt] = await inbox.store.put([
				delivery({ route: "voice", dedupeKey: "a" }),
			]);
			expect(receipt?.isDuplicate).to.equal(false);
		});

		it("keeps one of each key when many come at once", async () => {
			const batches = Array.from({ length: 100 }, (_, at) => [
				delivery({ dedupeKey: `${at % 10}` }),
				delivery(),
			]);
			const receipts = await Promise.all(
				batches.map((batch) => inbox.store.put(batch)),
			);
			const first = receipts.map(([one]) => one);
			expect(first.filter((one) => one?.isDuplicate === false)).to.have.length(
				10,
			);
			expect(new Set(first.map((one) => one?.id)).size).to.equal(10);
			expect(receipts.every(([, one]) => one?.isDuplicate === false)).to.equal(
				true,
			);
			expect(inbox.store.backlog()).to.equal(110);
		});

		it("keeps a known id once", async () => {
			const one = delivery({ dedupeKey: "a" });
			await inbox.store.put([one, one]);
			const [receipt] = await inbox.store.put([one]);
			expect(receipt?.id).to.equal(one.id);
			expect(await lease(inbox.store)).to.have.length(1);
		});

		it("lets a quarantined one neither hold a key nor be a duplicate", async () => {
			const quarantined = {
				dedupeKey: "a",
				state: "quarantined",
				reason: "SIGNATURE_INVALID: no",
			} as const;
			const receipts = [
				...(await inbox.store.put([delivery(quarantined)])),
				...(await inbox.store.put([delivery({ dedupeKey: "a" })])),
				...(await inbox.store.put([delivery(quarantined)])),
			];
			expect(receipts.map(({ isDuplicate }) => isDuplicate)).to.deep.equal([
				false,
				false,
				false,
			]);
			const { byState } = await inbox.store.stats();
			expect(byState).to.include({ quarantined: 2, received: 1 });
		});

		it("records what was answered already, and never leases it", async () => {
			await put(inbox.store, { state: "delivered", dedupeKey: "a" });
			const dead = await put(inbox.store, {
				state: "dead",
				reason: "HANDLER_FAILED: no",
				orderKey: "lane",
			});
			expect(await lease(inbox.store)).to.deep.equal([]);
			expect(inbox.store.backlog()).to.equal(0);
			expect(await inbox.store.get(dead)).to.include({
				state: "dead",
				reason: "HANDLER_FAILED: no",
			});
			const [again] = await inbox.store.put([delivery({ dedupeKey: "a" })]);
			expect(again?.isDuplicate).to.equal(true);
		});

		it("gives every byte and letter back", async () => {
			const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
			const slice = Buffer.from(`xx${"y".repeat(100)}xx`).subarray(2, 102);
			const large = Buffer.alloc(200_000, "z");
			const envelope = '{"text":"„ü€😀\\u0000\'\\""}';
			const bodies = [bytes, slice, large, new Uint8Array(0)];
			const batch = bodies.map((body) => delivery({ body, envelope }));
			await inbox.store.put(batch);
			const leases = await lease(inbox.store);
			for (const [at, body] of bodies.entries()) {
				const taken = leases[at];
				expect(taken?.envelope).to.equal(envelope);
				expect(taken?.body).to.be.instanceOf(Uint8Array);
				expect(Buffer.compare(taken?.body as Uint8Array, body)).to.equal(0);
				const kept = await inbox.store.get(batch[at]?.id as string);
				expect(Buffer.compare(kept?.body as Uint8Array, body)).to.equal(0);
			}
		});

		it("leaves the caller's bytes to the caller", async () => {
			const body = new TextEncoder().encode("kept");
			await put(inbox.store, { body });
			expect(Buffer.from(body).toString()).to.equal("kept");
		});

		it("keeps all of it over an end and a new start", async () => {
			const id = await put(inbox.store, { dedupeKey: "a" });
			await inbox.reopen();
			expect(inbox.store.backlog()).to.equal(1);
			const [again] = await inbox.store.put([delivery({ dedupeKey: "a" })]);
			expect(again).to.deep.equal({ id, isDuplicate: true });
			expect(idsOf(await lease(inbox.store))).to.deep.equal([id]);
		});
	});
}
