import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { HISTORY } from "../../src/admin/api/history.ts";
import type { AdminRequest } from "../../src/admin/operation.ts";
import type { AdminRouter } from "../../src/admin/router.ts";
import { createMemoryHistory } from "../../src/inbox/memory-history.ts";
import { openMemory } from "../../src/inbox/sqlite/thread/memory.ts";
import { SLOTS } from "../../src/observe/history/slots.ts";
import type { Json } from "./desk.ts";

const MINUTE = 60_000;
const ROOM = { maxCount: 10, maxBytes: 1000 };
const { webhooks, attempts } = SLOTS;

describe("the history of the admin API", () => {
	/** Calls an operation over a history, and holds its answer to its schema. */
	async function call(
		id: string,
		router: Pick<AdminRouter, "history" | "store">,
		query: Readonly<Record<string, unknown>> = {},
	): Promise<Json> {
		const operation = HISTORY.find((one) => one.id === id);
		if (operation === undefined) throw new Error(`no operation ${id}`);
		const answer = await operation.handle({ query, router } as AdminRequest);
		const json = JSON.parse(JSON.stringify(answer.body));
		const fits = new Ajv2020({ strict: false, allErrors: true }).compile(
			operation.answers[200]?.schema ?? false,
		);
		fits(json);
		expect(fits.errors, JSON.stringify(json).slice(0, 500)).to.equal(null);
		return json;
	}

	it("returns the last hour of all routes, and of one", async () => {
		const now = Date.now();
		let clock = now - 10 * MINUTE;
		const history = createMemoryHistory(() => clock);
		await history.addHistory({
			agoMs: 0,
			rows: [
				{ route: "", cells: [SLOTS.batches, 1, webhooks.received, 5] },
				{ route: "sms", cells: [webhooks.received, 3, SLOTS.answers + 4, 3] },
			],
			marks: [{ kind: "reload", text: "1 changed", router: "one" }],
		});
		clock = now;
		const router = { history, store: undefined };
		const all = await call("getHistory", router);
		expect(all).to.include({ stepMs: 10_000, kept: "process" });
		expect(all.times).to.have.length((all.to - all.from) / 10_000);
		expect(all.to - all.from).to.be.within(60 * MINUTE, 61 * MINUTE);
		const sum = (points: readonly (number | null)[]) =>
			points.reduce<number>((total, one) => total + (one ?? 0), 0);
		expect(sum(all.webhooks.received)).to.equal(5);
		expect(
			all.webhooks.received.filter((one: Json) => one !== null),
		).to.have.length(1);
		expect(all.marks).to.deep.equal([
			{ at: now - 10 * MINUTE, kind: "reload", text: "1 changed" },
		]);
		const sms = await call("getHistory", router, { route: "sms" });
		expect(sms.route).to.equal("sms");
		expect(sum(sms.webhooks.received)).to.equal(3);
		expect(sms.latency.answer.p50).to.include(7.5);
		const none = await call("getHistory", router, { route: "nothing" });
		expect(none.webhooks).to.deep.equal({});
	});

	it("returns few points for any time, and none from before the history", async () => {
		const router = { history: createMemoryHistory(), store: undefined };
		for (const from of [1, Date.now() - 7 * 86_400_000]) {
			const { times, to } = await call("getHistory", router, { from });
			expect(times.length).to.be.within(1, 500);
			expect(times[0]).to.be.above(Date.now() - 9 * 86_400_000);
			expect(to).to.be.within(Date.now() - 1000, Date.now() + 30 * MINUTE);
		}
	});

	it("refuses an end before the begin", async () => {
		const router = { history: createMemoryHistory(), store: undefined };
		const failed = await call("getHistory", router, { from: 2, to: 2 }).catch(
			(error: Error) => error.message,
		);
		expect(failed).to.equal("`from` must be before `to`.");
	});

	it("marks the pauses of the inbox, whoever paused the route", async () => {
		const store = await openMemory({ quarantine: ROOM });
		try {
			await store.pause(["sms", "other"], { why: "down" });
			await store.resume(["sms"]);
			const router = { history: store, store };
			const { marks, kept } = await call("getHistory", router, {
				route: "sms",
				to: Date.now() + MINUTE,
			});
			expect(kept).to.equal("process");
			expect(
				marks.map(({ kind, text, route }: Json) => [kind, text, route]),
			).to.deep.equal([
				["pause", "down", "sms"],
				["resume", "", "sms"],
			]);
		} finally {
			await store.close();
		}
	});

	it("adds up each route since a time", async () => {
		const now = Date.now();
		let clock = now - 3 * 86_400_000;
		const history = createMemoryHistory(() => clock);
		const add = () =>
			history.addHistory({
				agoMs: 0,
				rows: [
					{ route: "", cells: [SLOTS.batches, 1, attempts.delivered, 3] },
					{ route: "sms", cells: [attempts.delivered, 2, attempts.dead, 1] },
				],
				marks: [],
			});
		await add();
		clock = now;
		await add();
		const router = { history, store: undefined };
		const week = await call("getHistoryTotals", router, {
			from: now - 7 * 86_400_000,
		});
		expect(week.all.attempts).to.deep.equal({ delivered: 6 });
		expect(week.routes).to.deep.equal([
			{
				route: "sms",
				webhooks: {},
				attempts: { delivered: 4, dead: 2 },
				runs: 6,
				failures: 2,
			},
		]);
		const day = await call("getHistoryTotals", router);
		expect(day.routes[0].runs).to.equal(3);
		const none = await call("getHistoryTotals", router, { from: now + 1e9 });
		expect(none.routes).to.deep.equal([]);
		expect(none.all.runs).to.equal(0);
	});
});
