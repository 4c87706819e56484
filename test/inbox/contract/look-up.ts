import { expect } from "chai";
import type { DeliveryFilter } from "../../../src/inbox/port/delivery.ts";
import {
	DEAD,
	type InboxFixture,
	idsOf,
	leaseOne,
	put,
	START,
	settle,
	wait,
} from "./ground.ts";

/** Finding deliveries by the beginning of an id, and by what changed. */
export function describeLookUp(inbox: InboxFixture): void {
	describe("find", () => {
		const ids = [
			"018bcfe5-6800-7a3f-9b1c-000000000001",
			"018bcfe5-6800-7a3f-9b1c-000000000002",
			"018bcfe5-6800-7b00-9b1c-000000000003",
			"118bcfe5-6800-7a3f-9b1c-000000000004",
			"ABC",
			"abc%_\u{10fffd}",
		];
		beforeEach(async () => {
			for (const id of [...ids].reverse()) await put(inbox.store, { id });
		});
		const find = async (prefix: string, max = 10) =>
			idsOf(await inbox.store.find(prefix, max));

		it("returns those whose id begins so, in the order of their ids", async () => {
			expect(await find("018bcfe5-6800-7a3f")).to.deep.equal(ids.slice(0, 2));
			expect(await find("018b")).to.deep.equal(ids.slice(0, 3));
			expect(await find("018b", 2)).to.deep.equal(ids.slice(0, 2));
			expect(await find(ids[3] as string)).to.deep.equal([ids[3]]);
			expect(await find("018c")).to.deep.equal([]);
		});

		it("takes every character for itself", async () => {
			expect(await find("abc")).to.deep.equal([ids[5]]);
			expect(await find("abc%_")).to.deep.equal([ids[5]]);
			expect(await find("%")).to.deep.equal([]);
			expect(await find("A")).to.deep.equal(["ABC"]);
			expect(await find("'")).to.deep.equal([]);
		});
	});

	describe("changes", () => {
		const changes = async (since: number, filter: DeliveryFilter = {}) =>
			(await inbox.store.changes(filter, since, 100)).map(
				({ id, state, attempts }) => `${id} ${state} ${attempts}`,
			);

		it("tells of each step of a delivery's life, from the time on that is asked for", async () => {
			await put(inbox.store, { id: "a" });
			expect(await changes(0)).to.deep.equal(["a received 0"]);
			inbox.advance(10);
			const first = await leaseOne(inbox.store);
			expect(await changes(START + 10)).to.deep.equal(["a leased 1"]);
			inbox.advance(10);
			await settle(inbox.store, first, wait(5));
			expect(await changes(START + 20)).to.deep.equal(["a waiting 1"]);
			inbox.advance(10);
			await settle(inbox.store, await leaseOne(inbox.store), DEAD);
			expect(await changes(START + 30)).to.deep.equal(["a dead 2"]);
			inbox.advance(10);
			await inbox.store.replay({ ids: ["a"] });
			expect(await changes(START + 40)).to.deep.equal(["a waiting 2"]);
			inbox.advance(10);
			await settle(inbox.store, await leaseOne(inbox.store));
			expect(await changes(START + 50)).to.deep.equal(["a delivered 3"]);
			expect(await changes(START + 51)).to.deep.equal([]);
		});

		it("are in their order, whatever the states", async () => {
			await put(inbox.store, { id: "blocks", orderKey: "o" });
			inbox.advance(1);
			await put(inbox.store, { id: "reply", state: "delivered" });
			inbox.advance(1);
			await put(inbox.store, { id: "blocked", orderKey: "o" });
			inbox.advance(1);
			await put(inbox.store, { id: "held", state: "quarantined", reason: "x" });
			expect(await changes(START + 1)).to.deep.equal([
				"reply delivered 0",
				"blocked received 0",
				"held quarantined 0",
			]);
			expect(
				idsOf(await inbox.store.changes({}, 0, 2)),
				"the oldest first, where there are too many",
			).to.deep.equal(["blocks", "reply"]);
		});

		it("are narrowed by a filter, each call by its own", async () => {
			await put(inbox.store, { id: "a" });
			await put(inbox.store, { id: "b", route: "other" });
			await put(inbox.store, { id: "c", state: "dead", reason: "no" });
			expect(await changes(0, { route: "other" })).to.deep.equal([
				"b received 0",
			]);
			expect(await changes(0, { states: ["dead"] })).to.deep.equal([
				"c dead 0",
			]);
			expect(await changes(0, { states: [] })).to.deep.equal([]);
			expect(await changes(0, { route: "other" })).to.deep.equal([
				"b received 0",
			]);
		});

		it("hear of what another handle does", async () => {
			const other = await inbox.another();
			expect(await changes(0)).to.deep.equal([]);
			await put(other, { id: "a" });
			expect(await changes(0)).to.deep.equal(["a received 0"]);
			inbox.advance(1);
			await other.drop({ ids: ["a"] });
			await put(other, { id: "b" });
			expect(await changes(0)).to.deep.equal(["b received 0"]);
		});

		it("with a body that was pruned are changes too", async () => {
			await put(inbox.store, { id: "a", state: "delivered" });
			inbox.advance(2000);
			const rules = { deliveredMs: 1e9, deadMs: 1e9, bodyMs: 1000, max: 10 };
			await inbox.store.prune(rules);
			expect(await changes(0)).to.deep.equal(["a delivered 0"]);
		});
	});
}
