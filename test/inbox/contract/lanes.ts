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
	settle,
	wait,
} from "./ground.ts";

/** Order: one at a time of each key, in order of arrival, through everything. */
export function describeLanes(inbox: InboxFixture): void {
	/** Puts so many of one order key. */
	const fill = async (count: number, orderKey = "lane") => {
		const ids: string[] = [];
		for (let at = 0; at < count; at++)
			ids.push(await put(inbox.store, { orderKey }));
		return ids;
	};
	/** Delivers all that is due, one lease at a time; returns the ids in order. */
	const deliverAll = async () => {
		const order: string[] = [];
		for (;;) {
			const [taken, second] = await lease(inbox.store);
			if (taken === undefined) return order;
			expect(second, "two of one lane").to.equal(undefined);
			order.push(taken.id);
			await settle(inbox.store, taken);
		}
	};

	describe("order", () => {
		it("takes one at a time of each key, in order of arrival", async () => {
			const a = await fill(3, "a");
			const b = await fill(2, "b");
			const free = await put(inbox.store);
			expect([...idsOf(await lease(inbox.store))].sort()).to.deep.equal(
				[a[0], b[0], free].sort(),
			);
			expect(await lease(inbox.store)).to.deep.equal([]);
			expect(await inbox.store.due()).to.satisfy(
				(due: readonly { inMs: number }[]) => due.every(({ inMs }) => inMs > 0),
			);
			await settle(inbox.store, { id: a[0] as string, attempt: 1 });
			expect(idsOf(await lease(inbox.store))).to.deep.equal([a[1]]);
		});

		it("keeps the batch's order within one put", async () => {
			const batch = Array.from({ length: 20 }, () =>
				delivery({ orderKey: "lane" }),
			);
			await inbox.store.put(batch);
			expect(await deliverAll()).to.deep.equal(idsOf(batch));
		});

		it("shows what waits behind another as blocked", async () => {
			const [first, second] = await fill(2);
			expect(await inbox.store.get(first as string)).to.include({
				isBlocked: false,
				state: "received",
			});
			expect(await inbox.store.get(second as string)).to.include({
				isBlocked: true,
				state: "received",
			});
			expect(inbox.store.backlog()).to.equal(2);
		});

		it("keeps the lanes of each route apart", async () => {
			await put(inbox.store, { orderKey: "lane" });
			await put(inbox.store, { orderKey: "lane", route: "voice" });
			const leases = await inbox.store.lease(
				[
					{ route: "sms", max: 5 },
					{ route: "voice", max: 5 },
				],
				LEASE_MS,
			);
			expect(leases).to.have.length(2);
		});

		it("blocks its own lane only while the first waits", async () => {
			const [first, second] = await fill(2, "a");
			const [other] = await fill(1, "b");
			const [taken] = (await lease(inbox.store)).filter(
				({ id }) => id === first,
			);
			await settle(
				inbox.store,
				taken as { id: string; attempt: number },
				wait(5000),
			);
			await settle(inbox.store, { id: other as string, attempt: 1 });
			expect(await lease(inbox.store)).to.deep.equal([]);
			inbox.advance(5000);
			expect(await deliverAll()).to.deep.equal([first, second]);
		});

		it("goes on when the first steps aside, which is tried alone from then on", async () => {
			const [first, second, third] = await fill(3);
			const aside = { ...wait(5000), stepsAside: true } as const;
			await settle(inbox.store, await leaseOne(inbox.store), aside);
			expect(await inbox.store.get(first as string)).to.deep.include({
				state: "waiting",
				attempts: 1,
				orderKey: undefined,
				isBlocked: false,
				reason: "HANDLER_FAILED: not now",
			});
			expect((await leaseOne(inbox.store)).id).to.equal(second);
			inbox.advance(5000);
			const taken = await leaseOne(inbox.store);
			expect(taken).to.include({ id: first, attempt: 2, orderKey: undefined });
			await settle(inbox.store, taken, DEAD);
			await settle(inbox.store, { id: second as string, attempt: 1 });
			const last = await leaseOne(inbox.store);
			expect(last.id).to.equal(third);
			await inbox.store.replay({ ids: [first as string] });
			expect(idsOf(await lease(inbox.store))).to.deep.equal([first]);
			expect(inbox.store.backlog()).to.equal(2);
		});

		it("steps aside with nobody behind it, and without an order key, as it waits", async () => {
			const aside = { ...wait(5000), stepsAside: true } as const;
			const ids = [await put(inbox.store), ...(await fill(1))];
			for (const taken of await lease(inbox.store))
				await settle(inbox.store, taken, aside);
			const [next] = await fill(1);
			expect((await leaseOne(inbox.store)).id).to.equal(next);
			inbox.advance(5000);
			expect(idsOf(await lease(inbox.store))).to.have.members(ids);
		});

		it("keeps its place when given back, and when its lease runs out", async () => {
			const ids = await fill(2);
			await settle(inbox.store, await leaseOne(inbox.store), "returned");
			expect((await leaseOne(inbox.store)).id).to.equal(ids[0]);
			inbox.advance(LEASE_MS + 1);
			expect(await deliverAll()).to.deep.equal(ids);
		});

		it("goes on when the first is given up", async () => {
			const [, second] = await fill(2);
			await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			expect(await deliverAll()).to.deep.equal([second]);
		});

		it("goes on when the first is dropped", async () => {
			const [first, second, third] = await fill(3);
			await inbox.store.drop({ ids: [second as string] });
			await inbox.store.drop({ ids: [first as string] });
			expect(await deliverAll()).to.deep.equal([third]);
		});

		it("starts a lane anew after it was empty", async () => {
			await fill(1);
			await deliverAll();
			const ids = await fill(2);
			expect(await deliverAll()).to.deep.equal(ids);
		});

		it("puts a replayed one back at its old place", async () => {
			const [first, ...rest] = await fill(3);
			await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			expect(await inbox.store.replay({ ids: [first as string] })).to.equal(1);
			expect(await deliverAll()).to.deep.equal([first, ...rest]);
		});

		it("puts replayed ones back before what waits for its next try", async () => {
			const [first, second, third] = await fill(3);
			await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			await settle(inbox.store, await leaseOne(inbox.store), wait(5000));
			await inbox.store.replay({ ids: [first as string] });
			expect(await deliverAll()).to.deep.equal([first]);
			inbox.advance(5000);
			expect(await deliverAll()).to.deep.equal([second, third]);
		});

		it("lets a replayed one wait while another of its key is under way", async () => {
			const [first, second, third] = await fill(3);
			await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			const taken = await leaseOne(inbox.store);
			await inbox.store.replay({ ids: [first as string] });
			expect(await lease(inbox.store)).to.deep.equal([]);
			await settle(inbox.store, taken, wait(0));
			expect(await deliverAll()).to.deep.equal([first, second, third]);
		});

		it("puts a released one at its old place", async () => {
			const held = await put(inbox.store, {
				state: "quarantined",
				reason: "PAYLOAD_INVALID: no",
			});
			const ids = await fill(2);
			expect(
				await inbox.store.release(held, {
					route: "sms",
					kind: "sms.inbound",
					dedupeKey: undefined,
					orderKey: "lane",
				}),
			).to.equal(true);
			expect(await deliverAll()).to.deep.equal([held, ...ids]);
		});

		it("never takes two of one key, in any course of events", async () => {
			const other = await inbox.another();
			const random = randomOf(42);
			const arrival = new Map<string, string[]>();
			const delivered = new Map<string, string[]>();
			const busyUntil = new Map<string, number>();
			const held = new Map<string, { id: string; attempt: number }>();
			let left = 120;
			let done = 0;
			for (let step = 0; step < 4000 && done < 120; step++) {
				const store = random() < 0.5 ? inbox.store : other;
				if (left > 0 && random() < 0.5) {
					const orderKey = `${Math.floor(random() * 4)}`;
					const id = await put(store, { orderKey });
					arrival.set(orderKey, [...(arrival.get(orderKey) ?? []), id]);
					left--;
				}
				for (const { id, attempt, orderKey = "" } of await lease(store, 2)) {
					if ((busyUntil.get(orderKey) ?? 0) > inbox.now)
						expect.fail(`two of lane ${orderKey} at once`);
					busyUntil.set(orderKey, inbox.now + LEASE_MS);
					held.set(orderKey, { id, attempt });
				}
				for (const [key, taken] of held) {
					const luck = random();
					if (luck < 0.4) continue;
					held.delete(key);
					if (luck < 0.45) continue; // Forgotten: its lease runs out.
					busyUntil.delete(key);
					if (luck < 0.65) {
						await settle(store, taken, luck < 0.6 ? wait(2000) : "returned");
					} else if (await settle(store, taken)) {
						delivered.set(key, [...(delivered.get(key) ?? []), taken.id]);
						done++;
					}
				}
				inbox.advance(1000);
			}
			expect(left).to.equal(0);
			expect(delivered).to.deep.equal(arrival);
		});
	});
}

// --- helpers ---

/** A generator of numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
