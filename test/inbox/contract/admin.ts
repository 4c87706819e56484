import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { DeliveryFilter } from "../../../src/inbox/port/delivery.ts";
import {
	DEAD,
	delivery,
	type InboxFixture,
	idsOf,
	lease,
	leaseOne,
	put,
	START,
	settle,
	wait,
} from "./ground.ts";

/** What a person does with an inbox: look, replay, release, drop. */
export function describeAdmin(inbox: InboxFixture): void {
	const list = async (filter: DeliveryFilter, max = 100) =>
		idsOf((await inbox.store.list(filter, { max })).rows);

	describe("get", () => {
		it("shows a delivery whole", async () => {
			const one = delivery({ dedupeKey: "d", orderKey: "o" });
			await inbox.store.put([one]);
			const { body, ...found } = (await inbox.store.get(one.id)) ?? {};
			expect(found).to.deep.equal({
				id: one.id,
				route: "sms",
				kind: "sms.inbound",
				state: "received",
				doubts: [],
				attempts: 0,
				dedupeKey: "d",
				orderKey: "o",
				receivedAt: START,
				dueAt: START,
				updatedAt: START,
				reason: undefined,
				sizeBytes: Buffer.byteLength(one.envelope) + one.body.byteLength,
				isBlocked: false,
				envelope: one.envelope,
				history: [],
			});
			expect(Buffer.compare(body as Uint8Array, one.body)).to.equal(0);
		});

		it("knows no stranger", async () => {
			expect(await inbox.store.get(randomUUID())).to.equal(undefined);
			expect(await inbox.store.get("not an id")).to.equal(undefined);
		});

		it("names no time for what is not tried again", async () => {
			const id = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store));
			expect(await inbox.store.get(id)).to.include({ dueAt: undefined });
		});
	});

	describe("list", () => {
		it("shows the newest first, page by page, while others arrive", async () => {
			const batch = Array.from({ length: 7 }, () => delivery());
			await inbox.store.put(batch);
			const newest = [...idsOf(batch)].reverse();
			const seen: string[] = [];
			let after: string | undefined;
			do {
				const page = await inbox.store.list(
					{},
					after === undefined ? { max: 3 } : { after, max: 3 },
				);
				expect(page.rows.length).to.be.at.most(3);
				seen.push(...idsOf(page.rows));
				after = page.next;
				await put(inbox.store);
			} while (after !== undefined);
			expect(seen).to.deep.equal(newest);
		});

		it("has no next page where all was shown", async () => {
			expect(await inbox.store.list({}, { max: 5 })).to.deep.equal({
				rows: [],
				next: undefined,
			});
			await inbox.store.put([delivery(), delivery()]);
			const page = await inbox.store.list({}, { max: 5 });
			expect(page.rows).to.have.length(2);
			expect(page.next).to.equal(undefined);
		});

		it("chooses by state", async () => {
			const dead = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			const delivered = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store));
			const waiting = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store), wait(1000));
			const leased = await put(inbox.store);
			await leaseOne(inbox.store);
			const received = await put(inbox.store);
			const quarantined = await put(inbox.store, {
				state: "quarantined",
				reason: "PAYLOAD_INVALID: no",
			});
			const byState = {
				dead,
				delivered,
				waiting,
				leased,
				received,
				quarantined,
			};
			for (const [state, id] of Object.entries(byState)) {
				const found = await list({
					states: [state as keyof typeof byState],
				});
				expect(found, state).to.deep.equal([id]);
			}
			expect(await list({ states: ["dead", "waiting"] })).to.deep.equal([
				waiting,
				dead,
			]);
			expect(await list({ states: [] })).to.deep.equal([]);
			expect(await list({})).to.have.length(6);
		});

		it("chooses by route, kind, keys and time, all together", async () => {
			const a = await put(inbox.store, { route: "a", dedupeKey: "d" });
			const b = await put(inbox.store, { route: "b", orderKey: "o" });
			const c = await put(inbox.store, {
				route: "b",
				kind: "k",
				receivedAt: START + 50,
			});
			const held = await put(inbox.store, {
				route: "c",
				state: "quarantined",
				reason: "no",
				dedupeKey: "d",
			});
			expect(await list({ route: "b" })).to.deep.equal([c, b]);
			expect(await list({ kind: "k" })).to.deep.equal([c]);
			expect(await list({ dedupeKey: "d" })).to.deep.equal([held, a]);
			expect(await list({ orderKey: "o" })).to.deep.equal([b]);
			expect(await list({ from: START + 50 })).to.deep.equal([c]);
			expect(await list({ to: START + 50, route: "b" })).to.deep.equal([b]);
			expect(await list({ route: "a", kind: "k" })).to.deep.equal([]);
		});
	});

	describe("replay", () => {
		it("does delivered and dead ones again, and nothing else", async () => {
			const dead = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			const delivered = await put(inbox.store, { dedupeKey: "d" });
			await settle(inbox.store, await leaseOne(inbox.store));
			const leased = await put(inbox.store);
			await leaseOne(inbox.store);
			const held = await put(inbox.store, {
				state: "quarantined",
				reason: "no",
			});
			const ids = [dead, delivered, leased, held, randomUUID()];
			expect(await inbox.store.replay({ ids })).to.equal(2);
			expect(inbox.store.backlog()).to.equal(3);
			const again = await lease(inbox.store);
			expect(
				again.map(({ id, attempt }) => [id, attempt]),
			).to.have.deep.members([
				[dead, 2],
				[delivered, 2],
			]);
			const [receipt] = await inbox.store.put([delivery({ dedupeKey: "d" })]);
			expect(receipt).to.deep.equal({ id: delivered, isDuplicate: true });
		});

		it("says that it was replayed, and after what, until it is tried", async () => {
			const dead = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			const delivered = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store));
			const ids = [dead, delivered];
			await inbox.store.replay({ ids });
			const reasons = () =>
				Promise.all(ids.map(async (id) => (await inbox.store.get(id))?.reason));
			expect(await reasons()).to.deep.equal([
				"replayed after HANDLER_FAILED: never",
				"replayed",
			]);
			for (const one of await lease(inbox.store))
				await settle(inbox.store, one);
			expect(await reasons()).to.deep.equal([undefined, undefined]);
		});

		it("takes a filter, the oldest first up to a bound", async () => {
			const ids: string[] = [];
			for (let at = 0; at < 5; at++) {
				ids.push(await put(inbox.store));
				await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			}
			await put(inbox.store, { route: "other", state: "dead", reason: "no" });
			const filter = { states: ["dead"], route: "sms" } as const;
			expect(await inbox.store.replay({ filter, max: 3 })).to.equal(3);
			expect(idsOf(await lease(inbox.store))).to.have.members(ids.slice(0, 3));
			expect(await inbox.store.replay({ filter, max: 30 })).to.equal(2);
			expect(await inbox.store.replay({ filter, max: 30 })).to.equal(0);
		});
	});

	describe("release", () => {
		const as = {
			route: "voice",
			kind: "voice.event",
			dedupeKey: "d",
			orderKey: "o",
		};
		const hold = () =>
			put(inbox.store, {
				state: "quarantined",
				reason: "SIGNATURE_MISSING: none",
				kind: "",
			});

		it("lets a quarantined one through under its route and keys", async () => {
			const id = await hold();
			expect(inbox.store.backlog()).to.equal(0);
			expect(await inbox.store.release(id, as)).to.equal(true);
			expect(inbox.store.backlog()).to.equal(1);
			expect(await inbox.store.get(id)).to.include({
				...as,
				state: "received",
				attempts: 0,
			});
			expect((await leaseOne(inbox.store, "voice")).id).to.equal(id);
			const { quarantine } = await inbox.store.stats();
			expect(quarantine).to.deep.equal({ door: NONE, admitted: NONE });
			expect((await inbox.store.get(id))?.doubts).to.deep.equal([]);
		});

		it("refuses where the key is taken, and holds it afterwards", async () => {
			const [first, second] = [await hold(), await hold()];
			expect(await inbox.store.release(first, as)).to.equal(true);
			expect(await inbox.store.release(second, as)).to.equal(false);
			expect(await inbox.store.get(second)).to.include({
				state: "quarantined",
				route: "sms",
			});
			const [receipt] = await inbox.store.put([
				delivery({ route: "voice", dedupeKey: "d" }),
			]);
			expect(receipt).to.deep.equal({ id: first, isDuplicate: true });
		});

		it("refuses what is not quarantined", async () => {
			const id = await put(inbox.store);
			expect(await inbox.store.release(id, as)).to.equal(false);
			expect(await inbox.store.release(randomUUID(), as)).to.equal(false);
		});
	});

	describe("drop", () => {
		it("removes what nobody works on, and frees its key", async () => {
			const leased = await put(inbox.store);
			await leaseOne(inbox.store);
			const gone = await put(inbox.store, { dedupeKey: "d" });
			expect(
				await inbox.store.drop({ ids: [leased, gone, randomUUID()] }),
			).to.equal(1);
			expect(await inbox.store.get(gone)).to.equal(undefined);
			expect(inbox.store.backlog()).to.equal(1);
			const [receipt] = await inbox.store.put([delivery({ dedupeKey: "d" })]);
			expect(receipt?.isDuplicate).to.equal(false);
			expect(await settle(inbox.store, { id: leased, attempt: 1 })).to.equal(
				true,
			);
		});

		it("takes a filter, the oldest first up to a bound", async () => {
			const batch = Array.from({ length: 5 }, () => delivery());
			await inbox.store.put([...batch, delivery({ route: "other" })]);
			const filter = { route: "sms" };
			expect(await inbox.store.drop({ filter, max: 2 })).to.equal(2);
			expect(await list({ route: "sms" })).to.deep.equal(
				[...idsOf(batch)].reverse().slice(0, 3),
			);
			expect(await inbox.store.drop({ filter, max: 10 })).to.equal(3);
			expect(await list({})).to.have.length(1);
		});
	});

	describe("stats", () => {
		it("counts by state and by route", async () => {
			await put(inbox.store, { receivedAt: START + 5 });
			await settle(inbox.store, await leaseOne(inbox.store), wait(1000));
			await put(inbox.store, { receivedAt: START + 9 });
			await put(inbox.store, { route: "voice", state: "delivered" });
			await put(inbox.store, {
				state: "quarantined",
				reason: "no",
				envelope: "{}",
				body: Buffer.from("12345678"),
			});
			const stats = await inbox.store.stats();
			expect(stats.byState).to.deep.equal({
				received: 1,
				leased: 0,
				waiting: 1,
				delivered: 1,
				dead: 0,
				quarantined: 1,
			});
			expect(stats.byRoute).to.have.deep.members([
				{ route: "sms", state: "received", count: 1 },
				{ route: "sms", state: "waiting", count: 1 },
				{ route: "sms", state: "quarantined", count: 1 },
				{ route: "voice", state: "delivered", count: 1 },
			]);
			expect(stats.oldestUnfinishedAt).to.equal(START + 5);
			expect(stats.quarantine).to.deep.equal({
				door: NONE,
				admitted: { count: 1, bytes: 10 },
			});
			expect(stats.sizeBytes).to.be.above(0);
		});

		it("has no oldest where all is finished", async () => {
			await put(inbox.store, { state: "delivered" });
			expect((await inbox.store.stats()).oldestUnfinishedAt).to.equal(
				undefined,
			);
		});
	});

	describe("onWork", () => {
		/** The routes that are called out until `act` has ended and one was named. */
		const heard = async (act: () => Promise<unknown>) => {
			const routes = new Set<string>();
			let stop = () => {};
			const called = new Promise<void>((resolve) => {
				stop = inbox.store.onWork((names) => {
					for (const name of names) routes.add(name);
					resolve();
				});
			});
			await act();
			await called;
			stop();
			return [...routes];
		};

		it("calls out the routes of a put", async () => {
			const routes = await heard(() =>
				inbox.store.put([delivery({ route: "a" }), delivery({ route: "b" })]),
			);
			expect(routes).to.include("a");
		});

		it("calls out what a replay, a release and a settlement bring", async () => {
			const id = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			expect(
				await heard(() => inbox.store.replay({ ids: [id] })),
			).to.deep.equal(["sms"]);
			const taken = await leaseOne(inbox.store);
			expect(
				await heard(() =>
					settle(inbox.store, taken, "delivered", {
						events: [delivery({ route: "made" })],
					}),
				),
			).to.include("made");
			const held = await put(inbox.store, {
				state: "quarantined",
				reason: "no",
			});
			expect(
				await heard(() =>
					inbox.store.release(held, {
						route: "voice",
						kind: "k",
						dedupeKey: undefined,
						orderKey: undefined,
					}),
				),
			).to.include("voice");
		});

		it("calls out the route of a lane that goes on", async () => {
			await put(inbox.store, { orderKey: "o" });
			await put(inbox.store, { orderKey: "o" });
			const taken = await leaseOne(inbox.store);
			expect(await heard(() => settle(inbox.store, taken))).to.deep.equal([
				"sms",
			]);
		});

		it("is silent after it was stopped", async () => {
			const heardOf: string[] = [];
			const stop = inbox.store.onWork((routes) => heardOf.push(...routes));
			stop();
			await put(inbox.store);
			await inbox.store.due();
			expect(heardOf).to.deep.equal([]);
		});
	});
}

// --- helpers ---

const NONE = { count: 0, bytes: 0 };
