import { expect } from "chai";
import type { ExportedDelivery } from "../../../src/inbox/port/delivery.ts";
import type { InboxStore } from "../../../src/inbox/port/store.ts";
import {
	type CreateGround,
	DEAD,
	delivery,
	type Ground,
	type InboxFixture,
	idsOf,
	lease,
	leaseOne,
	put,
	settle,
} from "./ground.ts";

const FAILED = { as: "waiting", afterMs: 5000, reason: "no" } as const;

/** Moving an inbox to another engine. */
export function describeTransfer(
	inbox: InboxFixture,
	createOther: CreateGround,
): void {
	describe("export and import", () => {
		let ground: Ground | undefined;
		let target: InboxStore;

		beforeEach(async () => {
			ground = await createOther();
			target = await ground.open({
				quarantine: { maxCount: 1000, maxBytes: 1_000_000 },
				clock: () => inbox.now,
			});
		});
		afterEach(async () => {
			await target.close();
			await ground?.remove();
		});

		it("carries every delivery over, whole", async () => {
			await put(inbox.store, { dedupeKey: "1", orderKey: "x" });
			const stack = "Error: no\n    at f (plugins/x.ts:3:42)";
			await settle(inbox.store, await leaseOne(inbox.store), {
				...FAILED,
				stack,
			});
			await put(inbox.store, { orderKey: "x", body: new Uint8Array(0) });
			await put(inbox.store, { dedupeKey: "2" });
			await settle(inbox.store, await leaseOne(inbox.store));
			await put(inbox.store, { state: "delivered", answer: '{"status":200}' });
			await put(inbox.store, { body: Buffer.from([0, 255, 128]) });
			await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			await put(inbox.store, {
				state: "quarantined",
				reason: "SIGNATURE_INVALID: none fits; PAYLOAD_INVALID: no",
				dedupeKey: "1",
			});
			inbox.advance(10);
			const batch = await all(inbox.store);
			expect(batch).to.have.length(6);
			expect(batch[3]?.answer).to.equal('{"status":200}');
			expect(batch[0]?.history[0]?.stack).to.equal(stack);
			expect(await target.import(batch)).to.equal(6);
			const there = await all(target);
			expect(there.map(comparable)).to.deep.equal(batch.map(comparable));
			expect(target.backlog()).to.equal(inbox.store.backlog());
			expect((await target.stats()).quarantine.door.count).to.equal(1);
			const [receipt] = await target.put([delivery({ dedupeKey: "2" })]);
			expect(receipt?.isDuplicate).to.equal(true);
			inbox.advance(5000);
			const first = await lease(target);
			expect(first).to.have.length(1);
			expect(first[0]?.attempt).to.equal(2);
		});

		it("counts the bytes itself, and takes the first of two attempts of one number", async () => {
			await put(inbox.store, {
				state: "quarantined",
				reason: "PAYLOAD_INVALID: no",
			});
			const id = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			const batch = await all(inbox.store);
			await target.import(
				batch.map((one) => ({
					...one,
					sizeBytes: Number.MAX_SAFE_INTEGER,
					history: [...one.history, ...one.history],
				})),
			);
			const there = await all(target);
			expect(there.map(comparable)).to.deep.equal(batch.map(comparable));
			expect((await target.get(id))?.history).to.have.length(1);
			const { quarantine } = await target.stats();
			expect(quarantine.admitted.bytes).to.equal(batch[0]?.sizeBytes);
		});

		it("takes a leased one in as work that nobody holds", async () => {
			const id = await put(inbox.store);
			await leaseOne(inbox.store);
			expect(await target.import(await all(inbox.store))).to.equal(1);
			expect((await target.get(id))?.state).to.be.oneOf([
				"received",
				"waiting",
			]);
			expect(idsOf(await lease(target))).to.deep.equal([id]);
		});

		it("changes nothing where the id or the key is known", async () => {
			const id = await put(inbox.store);
			await put(inbox.store, { dedupeKey: "d" });
			const batch = await all(inbox.store);
			await target.put([delivery({ dedupeKey: "d" })]);
			expect(await target.import(batch)).to.equal(1);
			expect(await target.import(batch)).to.equal(0);
			await settle(target, await leaseOne(target));
			await settle(target, await leaseOne(target));
			expect(await target.import(batch)).to.equal(0);
			expect(await target.get(id)).to.include({ state: "delivered" });
		});

		it("says where a body was removed", async () => {
			await put(inbox.store, { state: "delivered" });
			inbox.advance(1000);
			await inbox.store.prune({
				deliveredMs: 1_000_000,
				deadMs: 1_000_000,
				bodyMs: 10,
				max: 10,
			});
			const batch = await all(inbox.store);
			expect(batch[0]?.body).to.equal(undefined);
			await target.import(batch);
			expect((await all(target))[0]).to.include({ body: undefined });
		});

		it("exports what the filter chooses, the oldest first, however many", async () => {
			const batch = Array.from({ length: 1200 }, () => delivery());
			await inbox.store.put(batch);
			await put(inbox.store, { route: "other" });
			const exported = await all(inbox.store, "sms");
			expect(idsOf(exported)).to.deep.equal(idsOf(batch));
		});

		it("may be left off in the middle", async () => {
			await inbox.store.put([delivery(), delivery()]);
			for await (const one of inbox.store.export({})) {
				expect(one.state).to.equal("received");
				break;
			}
			expect(await put(inbox.store)).to.be.a("string");
		});
	});
}

// --- helpers ---

async function all(
	store: InboxStore,
	route?: string,
): Promise<ExportedDelivery[]> {
	const found: ExportedDelivery[] = [];
	for await (const one of store.export(route === undefined ? {} : { route }))
		found.push(one);
	return found;
}

/** Two engines may hold the same bytes in other classes. */
function comparable({ body, ...rest }: ExportedDelivery): unknown {
	return { ...rest, body: body && Buffer.from(body).toString("hex") };
}
