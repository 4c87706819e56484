import { expect } from "chai";
import type { DeliveryFilter } from "../../../src/inbox/port/delivery.ts";
import {
	DEAD,
	delivery,
	type InboxFixture,
	idsOf,
	leaseOne,
	put,
	START,
	settle,
	wait,
} from "./ground.ts";

/** What a person looks for in an inbox, and what stays of what a person did. */
export function describeDesk(inbox: InboxFixture): void {
	const list = async (filter: DeliveryFilter) =>
		idsOf((await inbox.store.list(filter, { max: 100 })).rows);
	const scanAll = async (filter: DeliveryFilter) => {
		const found: string[] = [];
		let after: string | undefined;
		do {
			const page = await inbox.store.scan(filter, after);
			found.push(...idsOf(page.rows));
			after = page.next;
		} while (after !== undefined);
		return found;
	};

	describe("filters", () => {
		it("choose by several routes", async () => {
			const a = await put(inbox.store, { route: "a" });
			const b = await put(inbox.store, { route: "b" });
			await put(inbox.store, { route: "c" });
			expect(await list({ routes: ["b", "a"] })).to.deep.equal([b, a]);
			expect(await list({ routes: [] })).to.deep.equal([]);
			expect(await list({ routes: ["a"], route: "b" })).to.deep.equal([]);
		});

		it("choose by the outcome of the last attempt", async () => {
			const dead = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			const waiting = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store), {
				as: "waiting",
				afterMs: 60_000,
				reason: "UPSTREAM_FAILED: it answered 500",
			});
			const delivered = await put(inbox.store);
			await settle(inbox.store, await leaseOne(inbox.store));
			const received = await put(inbox.store);
			expect(await list({ outcome: "failed" })).to.deep.equal([waiting, dead]);
			expect(await list({ outcome: "delivered" })).to.deep.equal([delivered]);
			expect(await list({ outcome: "untried" })).to.deep.equal([received]);
			expect(await list({ outcome: "HANDLER_FAILED" })).to.deep.equal([dead]);
			expect(await list({ outcome: "UPSTREAM_FAILED" })).to.deep.equal([
				waiting,
			]);
			await inbox.store.replay({ ids: [dead] });
			expect(await list({ outcome: "HANDLER_FAILED" })).to.deep.equal([dead]);
		});
	});

	describe("scan", () => {
		it("shows the content, newest first, in parts", async () => {
			const batch = Array.from({ length: 600 }, (_, at) =>
				delivery({ body: Buffer.from(`{"n":${at}}`) }),
			);
			await inbox.store.put(batch);
			const all = await scanAll({});
			expect(all).to.deep.equal([...idsOf(batch)].reverse());
			const { rows, next } = await inbox.store.scan({});
			expect(rows.length).to.be.below(600);
			expect(next).to.be.a("string");
			const [newest] = rows;
			expect(newest?.envelope).to.equal('{"method":"POST"}');
			expect(Buffer.from(newest?.body ?? []).toString()).to.equal('{"n":599}');
			expect(newest?.answer).to.equal(undefined);
		});

		it("ends early where the contents are large, and loses none", async () => {
			const batch = Array.from({ length: 12 }, () =>
				delivery({ body: Buffer.alloc(300_000, "x") }),
			);
			await inbox.store.put(batch);
			expect(await scanAll({})).to.deep.equal([...idsOf(batch)].reverse());
		});

		it("takes the filters of a list", async () => {
			const mine = await put(inbox.store, { route: "mine" });
			await put(inbox.store, { route: "other" });
			expect(await scanAll({ route: "mine" })).to.deep.equal([mine]);
			expect(await scanAll({ states: ["dead"] })).to.deep.equal([]);
		});
	});

	describe("actions", () => {
		const note = { actor: "ann", reason: "the service is back" };

		it("stay with a delivery that was replayed, oldest first", async () => {
			const id = await put(inbox.store, { state: "dead", reason: "no" });
			await inbox.store.replay({ ids: [id] }, note);
			inbox.advance(1000);
			await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			await inbox.store.replay(
				{ filter: { states: ["dead"] }, max: 5 },
				{ actor: undefined, reason: undefined },
			);
			expect((await inbox.store.get(id))?.actions).to.deep.equal([
				{ action: "replayed", at: START, ...note },
				{
					action: "replayed",
					at: START + 1000,
					actor: undefined,
					reason: undefined,
				},
			]);
		});

		it("are not stored for what was not done", async () => {
			const id = await put(inbox.store);
			expect(await inbox.store.replay({ ids: [id] }, note)).to.equal(0);
			expect(await inbox.store.get(id)).to.not.have.property("actions");
			expect(await inbox.store.note("unknown", "copied", note)).to.equal(false);
		});

		it("stay with a released one, and with one that somebody copied", async () => {
			const id = await put(inbox.store, {
				state: "quarantined",
				reason: "PAYLOAD_INVALID: no",
			});
			const as = {
				route: "sms",
				kind: "sms.inbound",
				dedupeKey: undefined,
				orderKey: undefined,
			};
			expect(await inbox.store.release(id, as, note)).to.equal(true);
			expect(await inbox.store.note(id, "copied", note)).to.equal(true);
			const { actions = [] } = (await inbox.store.get(id)) ?? {};
			expect(actions.map(({ action }) => action)).to.deep.equal([
				"released",
				"copied",
			]);
		});

		it("go with a delivery that is dropped", async () => {
			const one = delivery({ state: "dead", reason: "no" });
			await inbox.store.put([one]);
			await inbox.store.note(one.id, "copied", note);
			expect(await inbox.store.drop({ ids: [one.id] })).to.equal(1);
			await inbox.store.put([one]);
			expect(await inbox.store.get(one.id)).to.not.have.property("actions");
		});
	});

	it("leaves what a handler is working on, and replays it once it is dead", async () => {
		const note = { actor: "ann", reason: undefined };
		const id = await put(inbox.store, { orderKey: "k" });
		const taken = await leaseOne(inbox.store);
		expect(await inbox.store.replay({ ids: [id] }, note)).to.equal(0);
		await settle(inbox.store, taken, DEAD);
		expect(await inbox.store.replay({ ids: [id, id] }, note)).to.equal(1);
		expect(await inbox.store.replay({ ids: [id] }, note)).to.equal(0);
		await settle(inbox.store, await leaseOne(inbox.store));
		const { actions, state } = (await inbox.store.get(id)) ?? {};
		expect(state).to.equal("delivered");
		expect(actions).to.have.length(1);
	});

	it("replays two of one key in their order, however they are named", async () => {
		const [first, second] = [
			await put(inbox.store, { orderKey: "k", state: "dead", reason: "no" }),
			await put(inbox.store, { orderKey: "k", state: "dead", reason: "no" }),
		];
		await inbox.store.replay({ ids: [second] });
		await inbox.store.replay({ ids: [first] });
		const taken = await leaseOne(inbox.store);
		expect(taken.id).to.equal(first);
		await settle(inbox.store, taken);
		expect((await leaseOne(inbox.store)).id).to.equal(second);
	});

	it("replays the rest of a lane in order while its head waits", async () => {
		const first = await put(inbox.store, { orderKey: "k" });
		await settle(inbox.store, await leaseOne(inbox.store), DEAD);
		const second = await put(inbox.store, { orderKey: "k" });
		await settle(inbox.store, await leaseOne(inbox.store), wait(60_000));
		await inbox.store.replay({ ids: [first] });
		expect((await leaseOne(inbox.store)).id).to.equal(first);
		expect((await inbox.store.get(second))?.isBlocked).to.equal(true);
	});
}
