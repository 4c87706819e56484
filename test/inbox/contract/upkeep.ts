import { expect } from "chai";
import type { PruneRules } from "../../../src/inbox/port/delivery.ts";
import {
	DEAD,
	delivery,
	type InboxFixture,
	leaseOne,
	put,
	settle,
	wait,
} from "./ground.ts";

/** Retention. */
export function describeUpkeep(inbox: InboxFixture): void {
	const rules: PruneRules = {
		deliveredMs: 7 * DAY,
		deadMs: 30 * DAY,
		bodyMs: undefined,
		max: 100,
	};

	describe("prune", () => {
		it("removes delivered and dead ones when their time is over", async () => {
			const delivered = await put(inbox.store, { dedupeKey: "d" });
			await settle(inbox.store, await leaseOne(inbox.store));
			const dead = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			inbox.advance(7 * DAY - 1);
			expect(await inbox.store.prune(rules)).to.equal(0);
			inbox.advance(2);
			expect(await inbox.store.prune(rules)).to.equal(1);
			expect(await inbox.store.get(delivered)).to.equal(undefined);
			expect(await inbox.store.get(dead)).to.not.equal(undefined);
			inbox.advance(23 * DAY);
			expect(await inbox.store.prune(rules)).to.equal(1);
			expect(await inbox.store.get(dead)).to.equal(undefined);
			const [receipt] = await inbox.store.put([delivery({ dedupeKey: "d" })]);
			expect(receipt?.isDuplicate, "the key is free again").to.equal(false);
		});

		it("never touches unfinished work", async () => {
			const waiting = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store), wait(1000));
			const leased = await put(inbox.store, { orderKey: "o" });
			await leaseOne(inbox.store);
			const blocked = await put(inbox.store, { orderKey: "o" });
			const received = await put(inbox.store);
			const held = await put(inbox.store, {
				state: "quarantined",
				reason: "no",
			});
			inbox.advance(365 * DAY);
			expect(await inbox.store.prune({ ...rules, bodyMs: 1000 })).to.equal(0);
			for (const id of [waiting, leased, blocked, received, held])
				expect((await inbox.store.get(id))?.body).to.not.equal(undefined);
		});

		it("counts the time from the end, not from the arrival", async () => {
			const id = await put(inbox.store);
			inbox.advance(8 * DAY);
			await settle(inbox.store, await leaseOne(inbox.store));
			await inbox.store.prune(rules);
			expect(await inbox.store.get(id)).to.not.equal(undefined);
		});

		it("removes no more in one call than it may", async () => {
			await inbox.store.put(
				Array.from({ length: 5 }, () => delivery({ state: "delivered" })),
			);
			inbox.advance(8 * DAY);
			expect(await inbox.store.prune({ ...rules, max: 3 })).to.equal(3);
			expect(await inbox.store.prune({ ...rules, max: 3 })).to.equal(2);
			expect(await inbox.store.prune({ ...rules, max: 3 })).to.equal(0);
		});

		it("removes bodies earlier where that is asked; such a one is not replayed", async () => {
			const id = await put(inbox.store, { dedupeKey: "d" });
			await settle(inbox.store, await leaseOne(inbox.store));
			const dead = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			const early = { ...rules, bodyMs: DAY };
			inbox.advance(DAY + 1);
			await inbox.store.prune(early);
			const kept = await inbox.store.get(id);
			expect(kept).to.include({ state: "delivered", body: undefined });
			expect(kept?.history).to.have.length(1);
			expect((await inbox.store.get(dead))?.body).to.not.equal(undefined);
			expect(await inbox.store.replay({ ids: [id] })).to.equal(0);
			const [receipt] = await inbox.store.put([delivery({ dedupeKey: "d" })]);
			expect(receipt?.isDuplicate).to.equal(true);
			inbox.advance(7 * DAY);
			await inbox.store.prune(early);
			expect(await inbox.store.get(id)).to.equal(undefined);
		});
	});
}

// --- helpers ---

const DAY = 86_400_000;
