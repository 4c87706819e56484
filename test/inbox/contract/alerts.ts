import { expect } from "chai";
import {
	ALERT_IDS_MAX,
	ALERT_RESERVE,
	ALERT_WINDOW_MS,
	type Alert,
	GATHER_MS,
} from "../../../src/inbox/port/alert.ts";
import type { InboxStore } from "../../../src/inbox/port/store.ts";
import {
	DEAD,
	delivery,
	type InboxFixture,
	lease,
	leaseOne,
	put,
	settle,
	settlement,
	wait,
} from "./ground.ts";

/** The own events of the router, which commit with their causes. */
export function describeAlerts(inbox: InboxFixture): void {
	describe("alerts", () => {
		/** Makes so many deliveries dead, in calls of at most 200. */
		async function kill(count: number, store = inbox.store): Promise<void> {
			await store.put(Array.from({ length: count }, () => delivery()));
			for (let left = count; left > 0; ) {
				const taken = await lease(store, Math.min(left, 200));
				left -= taken.length;
				await store.settle(
					taken.map((one) =>
						settlement(one, DEAD, { alerts: [alert({ ids: [one.id] })] }),
					),
				);
			}
		}

		it("makes one event of 1,000 dead deliveries in one window, and another one in the next", async () => {
			await kill(1000);
			expect(await payloads(inbox.store)).to.deep.equal([]);
			inbox.advance(GATHER_MS);
			const [first, ...others] = await payloads(inbox.store);
			expect(others).to.deep.equal([]);
			expect(first).to.deep.include({
				text: "1000 events of `sms` are dead",
				route: "sms",
				code: "HANDLER_FAILED",
				count: 1000,
				codes: { HANDLER_FAILED: 1000 },
				part: "first",
			});
			expect(first?.ids).to.have.length(ALERT_IDS_MAX);
			inbox.advance(ALERT_WINDOW_MS);
			await kill(2);
			inbox.advance(GATHER_MS);
			expect(await counts(inbox.store)).to.deep.equal([2]);
		});

		it("hands out the first at once, and what follows in the window at its end", async () => {
			await kill(1);
			inbox.advance(GATHER_MS);
			expect(await counts(inbox.store)).to.deep.equal([1]);
			inbox.advance(60_000);
			await kill(3);
			inbox.advance(60_000);
			await kill(4);
			expect(await payloads(inbox.store)).to.deep.equal([]);
			inbox.advance(ALERT_WINDOW_MS);
			const [rest] = await payloads(inbox.store);
			expect(rest).to.deep.include({ count: 7, part: "rest" });
			expect(rest?.text).to.equal("7 events of `sms` are dead");
		});

		it("adds to an event that waits for a retry, without putting it off", async () => {
			await kill(1);
			inbox.advance(GATHER_MS);
			await settle(
				inbox.store,
				await leaseOne(inbox.store, "alerts"),
				wait(30_000),
			);
			await kill(5);
			inbox.advance(29_999);
			expect(await counts(inbox.store)).to.deep.equal([]);
			inbox.advance(1);
			expect(await counts(inbox.store)).to.deep.equal([6]);
		});

		it("names the newest ids first", async () => {
			for (let at = 0; at < 12; at++)
				await inbox.store.raise([alert({ ids: [`id-${at}`] })]);
			inbox.advance(GATHER_MS);
			const [only] = await payloads(inbox.store);
			expect(only?.ids).to.deep.equal(
				Array.from({ length: 10 }, (_, at) => `id-${11 - at}`),
			);
		});

		it("keeps subjects, kinds and routes apart", async () => {
			await inbox.store.raise([
				alert(),
				alert({ subject: "mms" }),
				alert({ kind: "router.circuit" }),
				alert({ to: "more" }),
				alert(),
			]);
			inbox.advance(GATHER_MS);
			expect(await counts(inbox.store)).to.have.members([2, 1, 1]);
			expect(await counts(inbox.store, "more")).to.deep.equal([1]);
		});

		it("raises with a put that is new, and not with a duplicate", async () => {
			const one = {
				state: "dead",
				dedupeKey: "a",
				reason: "HANDLER_FAILED: no",
				alerts: [alert()],
			} as const;
			await put(inbox.store, one);
			await put(inbox.store, one);
			await inbox.store.put([
				delivery({
					state: "quarantined",
					reason: "FIREWALL_DENIED: no",
					alerts: [alert({ kind: "router.quarantined" })],
				}),
			]);
			inbox.advance(GATHER_MS);
			expect(await counts(inbox.store)).to.have.members([1, 1]);
		});

		it("raises nothing with a settlement whose lease was lost", async () => {
			await put(inbox.store);
			const taken = await leaseOne(inbox.store);
			const late = { ...taken, attempt: 7 };
			expect(
				await settle(inbox.store, late, DEAD, { alerts: [alert()] }),
			).to.equal(false);
			inbox.advance(GATHER_MS);
			expect(await counts(inbox.store)).to.deep.equal([]);
		});

		it("announces its route, and says when the event is due", async () => {
			const heard: string[] = [];
			const stop = inbox.store.onWork((routes) => heard.push(...routes));
			await inbox.store.raise([alert()]);
			stop();
			expect(heard).to.include("alerts");
			expect(await inbox.store.due()).to.deep.equal([
				{ route: "alerts", inMs: GATHER_MS },
			]);
		});

		it("counts as unfinished work of its route, with its size, however it grew", async () => {
			await kill(1);
			await kill(9);
			const { own } = inbox.store.fill("alerts");
			const row = await eventOf(inbox.store);
			expect(own).to.deep.equal({ count: 1, bytes: row.sizeBytes });
			inbox.advance(GATHER_MS);
			await settle(inbox.store, await leaseOne(inbox.store, "alerts"));
			expect(inbox.store.fill("alerts").own).to.deep.equal({
				count: 0,
				bytes: 0,
			});
		});

		it("stops at its reserve, and still counts in the events that are there", async () => {
			for (let at = 0; at < ALERT_RESERVE + 5; at += 200)
				await inbox.store.raise(
					Array.from({ length: 200 }, (_, next) =>
						alert({ subject: `route ${at + next}` }),
					),
				);
			expect(inbox.store.fill("alerts").own.count).to.equal(ALERT_RESERVE);
			await inbox.store.raise([alert({ subject: "route 0" })]);
			expect(inbox.store.fill("alerts").own.count).to.equal(ALERT_RESERVE);
		});

		it("survives the end of the router between the cause and the event", async () => {
			await kill(3);
			await inbox.reopen();
			inbox.advance(GATHER_MS);
			expect(await counts(inbox.store)).to.deep.equal([3]);
		});

		it("makes one event for two routers", async () => {
			const other = await inbox.another();
			await Promise.all(
				[inbox.store, other].map((store) =>
					Promise.all(Array.from({ length: 20 }, () => store.raise([alert()]))),
				),
			);
			inbox.advance(GATHER_MS);
			expect(await counts(inbox.store)).to.deep.equal([40]);
		});

		it("respects the order of its route", async () => {
			await inbox.store.raise([
				alert({ subject: "a", orderKey: "one" }),
				alert({ subject: "b", orderKey: "one" }),
			]);
			inbox.advance(GATHER_MS);
			expect(await lease(inbox.store, 10, "alerts")).to.have.length(1);
		});

		async function eventOf(store: InboxStore) {
			const { rows } = await store.list({ route: "alerts" }, { max: 2 });
			const [row] = rows;
			if (row === undefined || rows.length > 1)
				throw new Error("there is one event");
			return row;
		}
	});
}

// --- helpers ---

function alert(changed: Partial<Alert> = {}): Alert {
	return {
		to: "alerts",
		kind: "router.dead",
		subject: "sms",
		fields: { route: "sms", code: "HANDLER_FAILED" },
		count: 1,
		codes: { HANDLER_FAILED: 1 },
		ids: [],
		text: {
			one: "1 event of `sms` is dead",
			many: "# events of `sms` are dead",
		},
		...changed,
	};
}

interface Payload {
	readonly text: string;
	readonly count: number;
	readonly ids: readonly string[];
}

/** Leases the events that are due, and settles them. */
async function payloads(
	store: InboxStore,
	route = "alerts",
): Promise<readonly Payload[]> {
	const taken = await lease(store, 1000, route);
	for (const one of taken) await settle(store, one);
	return taken.map(
		({ body }) => JSON.parse(Buffer.from(body).toString()) as Payload,
	);
}

async function counts(
	store: InboxStore,
	route = "alerts",
): Promise<readonly number[]> {
	return (await payloads(store, route)).map(({ count }) => count);
}
