import { expect } from "chai";
import type { HookError } from "../../src/errors.ts";
import type { Lease, NewDelivery } from "../../src/inbox/port/queue.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { openPostgres } from "../../src/inbox/postgres/open.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { delivery, settlement } from "./contract/ground.ts";
import { type LossyProxy, startProxy } from "./postgres-proxy.ts";

const HOUR = 3_600_000;
const QUIET = { pollMs: HOUR, pollAwayMs: HOUR, countMs: HOUR };

describe("an outage of PostgreSQL", () => {
	let server: TestPostgres;
	let url: string;
	let stores: InboxStore[] = [];
	/** Ends the loops of a test, also of one that ran out of time: they would keep the process. */
	let endLoops = () => {};

	before(async () => {
		server = await startPostgres();
	});
	after(() => server.stop());
	beforeEach(async () => {
		url = await server.createDatabase();
	});
	afterEach(async () => {
		endLoops();
		await Promise.all(stores.map((store) => store.close()));
		stores = [];
	});
	const open = async (to: string, times = {}) => {
		const store = await openPostgres(to, {
			quarantine: { maxCount: 10, maxBytes: 1000 },
			times,
		});
		stores.push(store);
		return store;
	};

	it("loses nothing that was acknowledged and settles nothing twice, killed and started again under load", async () => {
		const pair = [await open(url), await open(url)] as const;
		const acknowledged = new Map<string, string[]>();
		const seen = new Map<string, string[]>();
		let isOver = false;
		let hasFailed = false;
		let putting = 8;
		let count = 0;
		let awaited = { count: 0, reached: () => {} };
		const untilAcknowledged = (enough: number) =>
			new Promise<void>((reached) => {
				awaited = { count: enough, reached };
			});
		endLoops = () => {
			isOver = hasFailed = true;
		};
		const putAll = async (store: InboxStore, orderKey: string) => {
			while (!isOver) {
				const one = delivery({ orderKey, dedupeKey: `${Math.random()}` });
				try {
					const [receipt] = await store.put([one]);
					if (receipt?.isDuplicate !== false) throw new Error("doubled");
					acknowledged.set(orderKey, [
						...(acknowledged.get(orderKey) ?? []),
						one.id,
					]);
					count += 1;
					if (count >= awaited.count) awaited.reached();
				} catch (error) {
					expect((error as HookError).code).to.equal("INBOX_UNAVAILABLE");
				}
			}
			putting -= 1;
		};
		const work = async (store: InboxStore) => {
			let isEmpty = false;
			while (!isEmpty && !hasFailed) {
				try {
					const wasPutting = putting > 0;
					const leases = await store.lease([{ route: "sms", max: 20 }], 700);
					isEmpty =
						!wasPutting &&
						leases.length === 0 &&
						(await store.due()).length === 0;
					for (const { id, orderKey } of leases)
						seen.set(orderKey as string, [
							...(seen.get(orderKey as string) ?? []),
							id,
						]);
					await settleAll(store, leases);
				} catch {
					// Away: what was leased is tried again when the lease runs out.
				}
			}
		};
		const everything = Promise.all([
			...pair.flatMap((store, at) =>
				[0, 1, 2, 3].map((key) => putAll(store, `${at} ${key}`)),
			),
			...pair.map(work),
		]);
		for (let round = 0; round < 2; round += 1) {
			await untilAcknowledged(150 * (round + 1));
			await server.kill();
			await server.restart();
			await untilAcknowledged(count + 20);
		}
		isOver = true;
		await everything;

		const rows = await server.query(
			url,
			`select d.order_key, d.id, d.state, count(a.*) filter (where a.outcome = 2)::int as successes
			from switchhook.delivery d left join switchhook.attempt a using (seq)
			group by d.seq order by d.seq`,
		);
		expect(rows.filter(({ state }) => state !== 2)).to.deep.equal([]);
		expect(rows.filter(({ successes }) => successes !== 1)).to.deep.equal([]);
		for (const [key, ids] of acknowledged) {
			const kept = rows.filter(({ order_key }) => order_key === key);
			const isKept = new Set(kept.map(({ id }) => id));
			expect(ids.filter((id) => !isKept.has(id))).to.deep.equal([]);
			// A repetition is allowed, going back behind a later one is not.
			const order = (seen.get(key) as string[]).filter(
				(id, at, all) => all.indexOf(id) === at,
			);
			expect(order).to.deep.equal(kept.map(({ id }) => id));
		}
	});

	it("refuses a put in time while the server is away, and takes the next one when it is back", async () => {
		const store = await open(url, { putMs: 150, putAwayMs: 50 });
		await putInTheEnd(store);
		await server.kill();
		for (const at of [0, 1])
			try {
				await store.put([delivery()]);
				expect.fail(`put ${at} was kept`);
			} catch (error) {
				expect((error as HookError).code).to.equal("INBOX_UNAVAILABLE");
				expect((error as HookError).message).to.not.include(server.password);
			}
		for (const act of [
			() => store.lease([{ route: "sms", max: 1 }], 1000),
			() => store.due(),
			() => store.stats(),
			() => store.writeState([]),
		])
			await act().then(
				() => expect.fail("it answered"),
				(error: HookError) => expect(error.code).to.equal("INBOX_UNAVAILABLE"),
			);
		await server.restart();
		const kept = await putInTheEnd(store);
		expect((await store.get(kept.id))?.state).to.equal("received");
	});

	describe("an answer that is lost", () => {
		let proxy: LossyProxy;

		beforeEach(async () => {
			proxy = await startProxy(server.port);
		});
		afterEach(() => proxy.stop());

		for (const orderKey of [undefined, "lane"])
			it(`does not double a put ${orderKey === undefined ? "of one statement" : "of a transaction"}`, async () => {
				const store = await open(proxy.through(url), QUIET);
				await store.put([delivery({ dedupeKey: "warm", orderKey })]);
				const one = delivery({ dedupeKey: "once", orderKey });
				proxy.loseAnswerTo(orderKey === undefined ? "put" : "commit");
				expect(await store.put([one])).to.deep.equal([
					{ id: one.id, isDuplicate: false },
				]);
				expect(proxy.lost).to.equal(1);
				expect((await store.list({}, { max: 9 })).rows).to.have.length(2);
				expect(store.backlog()).to.equal(2);
				const [again] = await store.put([delivery({ dedupeKey: "once" })]);
				expect(again).to.deep.equal({ id: one.id, isDuplicate: true });
			});

		it("leaves a settlement that can be asked for again", async () => {
			const store = await open(proxy.through(url), QUIET);
			await store.put([delivery({ orderKey: "lane" })]);
			const [lease] = await store.lease([{ route: "sms", max: 1 }], HOUR);
			const outcome = settlement(lease as Lease, "delivered", {
				events: [delivery({ route: "made" })],
			});
			proxy.loseAnswerTo("commit");
			await store.settle([outcome]).then(
				() => expect.fail("it was answered"),
				(error: HookError) => expect(error.code).to.equal("INBOX_UNAVAILABLE"),
			);
			expect(proxy.lost).to.equal(1);
			expect(await store.settle([outcome])).to.deep.equal([true]);
			expect(await store.settle([outcome])).to.deep.equal([false]);
			expect(
				await store.lease([{ route: "made", max: 9 }], HOUR),
			).to.have.length(1);
		});
	});
});

// --- helpers ---

/**
 * Puts one after the other until one is kept in time: the time is short in a test, and a busy machine is slow. Each is a new one,
 * as what was refused may have been kept after all.
 */
async function putInTheEnd(store: InboxStore): Promise<NewDelivery> {
	for (;;) {
		const one = delivery();
		try {
			await store.put([one]);
			return one;
		} catch (error) {
			expect(error).to.include({ code: "INBOX_UNAVAILABLE" });
		}
	}
}

async function settleAll(
	store: InboxStore,
	leases: readonly Lease[],
): Promise<void> {
	if (leases.length > 0)
		await store.settle(leases.map((lease) => settlement(lease)));
}
