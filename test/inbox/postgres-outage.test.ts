import { expect } from "chai";
import type { HookError } from "../../src/errors.ts";
import type { Lease } from "../../src/inbox/port/queue.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { openPostgres } from "../../src/inbox/postgres/open.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { delivery, settlement } from "./contract/ground.ts";
import { type Load, putInTheEnd, startLoad } from "./postgres-load.ts";
import { type LossyProxy, startProxy } from "./postgres-proxy.ts";

const HOUR = 3_600_000;
const QUIET = { pollMs: HOUR, pollAwayMs: HOUR, countMs: HOUR };

describe("an outage of PostgreSQL", () => {
	let server: TestPostgres;
	let url: string;
	let stores: InboxStore[] = [];
	let load: Load | undefined;

	before(async () => {
		server = await startPostgres();
	});
	after(() => server.stop());
	beforeEach(async () => {
		url = await server.createDatabase();
	});
	afterEach(async () => {
		load?.abort();
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
		load = startLoad([await open(url), await open(url)]);
		for (let round = 0; round < 2; round += 1) {
			await load.untilAcknowledged(150 * (round + 1));
			await server.kill();
			await server.restart();
			await load.untilAcknowledged(load.count + 20);
		}
		await load.finish();
		await load.expectLedger(server, url);
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

		it("lets a put that leased be leased again when that lease has run out", async () => {
			const store = await open(proxy.through(url), QUIET);
			await store.put([delivery({ route: "warm" })]);
			const one = delivery({ leaseMs: 100 });
			proxy.loseAnswerTo("put");
			expect(await store.put([one]), "leased, but nobody knows").to.deep.equal([
				{ id: one.id, isDuplicate: false },
			]);
			let leases: readonly Lease[] = [];
			while (leases.length === 0)
				leases = await store.lease([{ route: "sms", max: 9 }], HOUR);
			expect(leases.map(({ id, attempt }) => [id, attempt])).to.deep.equal([
				[one.id, 2],
			]);
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

		it("leaves a half of many settlements written, and asks for it again itself", async () => {
			const store = await open(proxy.through(url), QUIET);
			await store.put(Array.from({ length: 200 }, () => delivery()));
			const leases = await store.lease([{ route: "sms", max: 200 }], HOUR);
			const settlements = leases.map((one) => settlement(one));
			proxy.loseAnswerTo("settle");
			expect(await store.settle(settlements)).to.not.include(false);
			expect(proxy.lost).to.equal(1);
			expect(await store.settle(settlements)).to.not.include(true);
			expect((await store.stats()).byState.delivered).to.equal(200);
		});
	});
});
