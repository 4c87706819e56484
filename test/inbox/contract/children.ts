import { expect } from "chai";
import { childIdOf, parentIdOf } from "../../../src/inbox/port/child.ts";
import type { Child, NewDelivery } from "../../../src/inbox/port/queue.ts";
import {
	DEAD,
	delivery,
	type InboxFixture,
	idsOf,
	lease,
	leaseOne,
	put,
	settle,
	wait,
} from "./ground.ts";

/** The deliveries of one webhook for several routes, which commit with it. */
export function describeChildren(inbox: InboxFixture): void {
	describe("children", () => {
		/** A delivered parent with a child for each route. */
		function family(
			routes: readonly string[],
			changed: Partial<NewDelivery> = {},
			ofChild: Partial<Child> = {},
		): NewDelivery {
			const parent = delivery({ state: "delivered", ...changed });
			const children = routes.map((route) => ({
				id: childIdOf(parent.id, route),
				route,
				kind: parent.kind,
				orderKey: undefined,
				delayMs: undefined,
				...ofChild,
			}));
			return { ...parent, children };
		}
		const statesOf = async (parent: string) =>
			(await inbox.store.children([parent])).map(
				({ route, state }) => `${route} ${state}`,
			);

		it("are put with their parent, with its envelope and body", async () => {
			const one = family(["sms/crm", "audit"]);
			const [receipt] = await inbox.store.put([one]);
			expect(receipt).to.deep.equal({ id: one.id, isDuplicate: false });
			expect(inbox.store.backlog()).to.equal(2);
			const taken = await leaseOne(inbox.store, "sms/crm");
			expect(taken).to.deep.include({
				id: childIdOf(one.id, "sms/crm"),
				kind: one.kind,
				attempt: 1,
				receivedAt: one.receivedAt,
				envelope: one.envelope,
			});
			expect(Buffer.from(taken.body)).to.deep.equal(one.body);
			expect(parentIdOf(taken.id)).to.equal(one.id);
			expect(await statesOf(one.id)).to.deep.equal([
				"audit received",
				"sms/crm leased",
			]);
			expect((await inbox.store.get(one.id))?.state).to.equal("delivered");
		});

		it("are not put with a duplicate, in one batch or later", async () => {
			const key = { dedupeKey: "k" };
			const first = family(["audit"], key);
			await inbox.store.put([first, family(["audit"], key)]);
			await inbox.store.put([family(["audit"], key)]);
			expect(idsOf(await lease(inbox.store, 10, "audit"))).to.deep.equal([
				childIdOf(first.id, "audit"),
			]);
		});

		it("announce their routes", async () => {
			const heard: string[] = [];
			const stop = inbox.store.onWork((routes) => heard.push(...routes));
			await inbox.store.put([family(["sms/crm", "audit"])]);
			stop();
			expect(heard).to.include.members(["sms/crm", "audit"]);
			expect(heard).not.to.include("sms");
		});

		it("are put with a settlement, each once", async () => {
			await put(inbox.store, { route: "plugin" });
			const one = family(["audit"]);
			const lost = await leaseOne(inbox.store, "plugin");
			expect(
				await settle(inbox.store, { ...lost, attempt: 9 }, "delivered", {
					events: [one],
				}),
			).to.equal(false);
			expect(await statesOf(one.id)).to.deep.equal([]);
			expect(
				await settle(inbox.store, lost, "delivered", { events: [one] }),
			).to.equal(true);
			expect(await statesOf(one.id)).to.deep.equal(["audit received"]);
		});

		it("that are known already are left out, and the others are put", async () => {
			const one = family(["audit"]);
			await inbox.store.put([one]);
			await put(inbox.store, { route: "again" });
			const again = await leaseOne(inbox.store, "again");
			const { children = [], ...parent } = family(["audit", "late"], one);
			await settle(inbox.store, again, "delivered", {
				events: children.map((child) => ({
					...parent,
					...child,
					state: "received",
				})),
			});
			expect(await statesOf(one.id)).to.deep.equal([
				"audit received",
				"late received",
			]);
			expect(inbox.store.backlog()).to.equal(2);
		});

		it("have retries, an order, a delay and an end of their own", async () => {
			const first = family(["a", "b"], {}, { orderKey: "o" });
			const second = family(["a", "b"], {}, { orderKey: "o" });
			await inbox.store.put([first, second]);
			await settle(inbox.store, await leaseOne(inbox.store, "a"), wait(5000));
			expect(await lease(inbox.store, 10, "a")).to.deep.equal([]);
			await settle(inbox.store, await leaseOne(inbox.store, "b"), DEAD);
			const next = await leaseOne(inbox.store, "b");
			expect(parentIdOf(next.id)).to.equal(second.id);
			inbox.advance(5000);
			const retried = await leaseOne(inbox.store, "a");
			expect(retried.attempt).to.equal(2);
			expect(parentIdOf(retried.id)).to.equal(first.id);
			await inbox.store.put([family(["slow"], {}, { delayMs: 1000 })]);
			expect(await lease(inbox.store, 10, "slow")).to.deep.equal([]);
			inbox.advance(1000);
			expect(await lease(inbox.store, 10, "slow")).to.have.length(1);
		});

		it("can be replayed alone, and are found for several parents at once", async () => {
			const first = family(["a", "b"]);
			const second = family(["a"]);
			await inbox.store.put([first, second]);
			for (const route of ["a", "b"])
				for (const taken of await lease(inbox.store, 10, route))
					await settle(inbox.store, taken, DEAD);
			const found = await inbox.store.children([second.id, first.id, "x"]);
			expect(idsOf(found)).to.have.members(
				[...(first.children ?? []), ...(second.children ?? [])].map(
					({ id }) => id,
				),
			);
			const dead = childIdOf(first.id, "b");
			expect(await inbox.store.replay({ ids: [dead] })).to.equal(1);
			expect(await statesOf(first.id)).to.deep.equal(["a dead", "b waiting"]);
			expect(await statesOf(second.id)).to.deep.equal(["a dead"]);
		});

		it("outlive a restart with their parent", async () => {
			const one = family(["audit"]);
			await inbox.store.put([one]);
			await inbox.reopen();
			expect(await statesOf(one.id)).to.deep.equal(["audit received"]);
			expect(inbox.store.backlog()).to.equal(1);
		});
	});
}
