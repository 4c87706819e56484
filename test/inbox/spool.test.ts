import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { HookError } from "../../src/errors.ts";
import type { NewDelivery } from "../../src/inbox/port/queue.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { openPostgres } from "../../src/inbox/postgres/open.ts";
import { openSpooled, type SpoolListener } from "../../src/inbox/spool/open.ts";
import { usePostgres } from "../postgres.ts";
import { delivery } from "./contract/ground.ts";
import { type LossyProxy, startProxy } from "./postgres-proxy.ts";

const QUARANTINE = { maxCount: 10, maxBytes: 1e6 };
/** A machine under load must not spool what the database would have taken. */
const TIMES = { putMs: 3000, putAwayMs: 3000, pollMs: 100, pollAwayMs: 100 };
const SOON = { ...TIMES, putMs: 200, putAwayMs: 200 };

describe("the spool of an inbox in PostgreSQL", () => {
	const server = usePostgres();
	let url: string;
	let folder: string;
	let proxy: LossyProxy;
	let stores: InboxStore[] = [];
	let heard: string[] = [];

	beforeEach(async () => {
		url = await server().createDatabase();
		folder = await mkdtemp(join(tmpdir(), "switchhook-spool-"));
		proxy = await startProxy(server().port);
		heard = [];
	});
	afterEach(async () => {
		proxy.join();
		await Promise.all(stores.map((store) => store.close()));
		stores = [];
		await proxy.stop();
		await rm(folder, { recursive: true, force: true });
	});

	const open = async ({ times = SOON, maxBytes = 1e9 } = {}) => {
		const listener: SpoolListener = {
			onAway: () => heard.push("away"),
			onOpened: () => heard.push("opened"),
			onBegin: () => heard.push("begin"),
			onEnd: ({ shipped, duplicates, refused }) =>
				heard.push(`end ${shipped} ${duplicates} ${refused}`),
			onRefused: ({ id }) => heard.push(`refused ${id}`),
			onFault: (error) => heard.push(String(error)),
		};
		const store = await openSpooled(proxy.through(url), {
			quarantine: QUARANTINE,
			times,
			spool: { file: join(folder, "spool.db"), maxBytes, listener },
		});
		stores.push(store);
		return store;
	};
	/** The deliveries in the database, in their order. */
	const rows = () =>
		server().query(
			url,
			"select id, order_key, dedupe_key, state, received_at::float8 as at, attempts from switchhook.delivery order by seq",
		);
	const depthOf = (store: InboxStore) => store.spool?.read().depth;
	const untilShipped = (store: InboxStore) =>
		until(
			() => depthOf(store) === 0 && heard.some((one) => one.startsWith("end")),
		);

	it("takes what comes while the database is cut off, and ships it in order, known duplicates once", async () => {
		const store = await open({ times: TIMES });
		const sent = new Map<string, string[]>();
		const send = async (changed: Partial<NewDelivery> = {}) => {
			const one = delivery(changed);
			const [receipt] = await store.put([one]);
			expect(receipt).to.include({ isDuplicate: false, id: one.id });
			return one.id;
		};
		const sendTo = async (orderKey: string) => {
			const one = delivery({ orderKey });
			sent.set(orderKey, [...(sent.get(orderKey) ?? []), one.id]);
			await send(one);
		};
		const first = await send({ dedupeKey: "before and during" });
		for (const key of ["a", "b", "a"]) await sendTo(key);

		proxy.cut();
		const during: Promise<unknown>[] = [];
		for (let count = 0; count < 40; count += 1)
			during.push(sendTo(count % 2 === 0 ? "a" : "b"));
		during.push(send({ dedupeKey: "before and during" }));
		const second = send({ dedupeKey: "twice during" });
		during.push(second, send({ dedupeKey: "twice during" }));
		await Promise.all(during);
		await sendTo("b");
		expect(depthOf(store)).to.equal(44);
		expect(store.backlog()).to.be.at.least(44);
		expect(store.fill("sms").own.count).to.be.at.least(44);
		expect(store.spool?.read().oldestAt).to.equal(delivery().receivedAt);

		proxy.join();
		// Comes while the spool is not empty, so it goes behind the others.
		await sendTo("a");
		await untilShipped(store);
		await sendTo("a");
		await sendTo("b");

		expect(heard).to.deep.equal(["begin", "end 45 2 0"]);
		const kept = await rows();
		for (const [key, ids] of sent)
			expect(
				kept.filter(({ order_key }) => order_key === key).map(({ id }) => id),
			).to.deep.equal(ids);
		const keyed = kept.filter(({ dedupe_key }) => dedupe_key !== null);
		expect(keyed.map(({ id }) => id)).to.deep.equal([first, await second]);
		expect(new Set(kept.map(({ at }) => at))).to.deep.equal(
			new Set([delivery().receivedAt]),
		);
		expect(kept.every(({ attempts }) => attempts === 0)).to.equal(true);
		expect(
			await store.put([delivery({ dedupeKey: "twice during" })]),
		).to.have.nested.property("[0].isDuplicate", true);
	});

	it("gives up on a database that hangs, and lets no later put overtake the earlier ones", async () => {
		const store = await open();
		await store.put([delivery()]);
		proxy.hang();
		const ids: string[] = [];
		const puts = Array.from({ length: 300 }, () => {
			const one = delivery({ orderKey: "a" });
			ids.push(one.id);
			return store.put([one]);
		});
		await Promise.all(puts);
		proxy.cut();
		proxy.join();
		await untilShipped(store);
		const kept = await rows();
		expect(kept.slice(1).map(({ id }) => id)).to.deep.equal(ids);
	});

	it("does not double a put whose answer was lost and that went to the spool too", async () => {
		const store = await open();
		await store.put([delivery({ dedupeKey: "warm" })]);
		const lost = proxy.loseAndCut("put");
		const one = delivery({ dedupeKey: "once" });
		const receipts = store.put([one]);
		await lost;
		expect(await receipts).to.deep.equal([{ id: one.id, isDuplicate: false }]);
		expect(depthOf(store)).to.equal(1);
		expect((await rows()).map(({ id }) => id)).to.include(one.id);
		proxy.join();
		await untilShipped(store);
		expect(heard).to.deep.equal(["begin", "end 1 0 0"]);
		expect(await rows()).to.have.length(2);
	});

	it("opens while the database is away, and handles its events when it is back", async () => {
		proxy.cut();
		const store = await open();
		let announced = 0;
		store.onWork((routes) => {
			if (routes.includes("sms")) announced += 1;
		});
		const record = delivery({
			route: "answers",
			state: "delivered",
			answer: '{"status":200}',
		});
		await store.put([
			delivery({ orderKey: "a", delayMs: 60_000, leaseMs: 1000 }),
			record,
			delivery({
				state: "quarantined",
				reason: "BODY_JSON: no JSON",
				alerts: [
					{
						to: "alerts",
						kind: "router.quarantined",
						subject: "sms",
						fields: { route: "sms" },
						count: 1,
						codes: { BODY_JSON: 1 },
						ids: [],
						text: { one: "one", many: "# of them" },
					},
				],
			}),
		]);
		for (const [what, act] of [
			["due", () => store.due()],
			["stats", () => store.stats()],
			["lease", () => store.lease([{ route: "sms", max: 1 }], 1000)],
			["export", async () => store.export({})[Symbol.asyncIterator]().next()],
		] as const)
			await act().then(
				() => expect.fail(`${what} answered`),
				(error: HookError) => expect(error.code).to.equal("INBOX_UNAVAILABLE"),
			);
		await store.readState("plugin", "key").then(
			() => expect.fail("it has no state"),
			(error: HookError) => {
				expect(error.code).to.equal("INBOX_UNAVAILABLE");
				expect(error.message).to.match(/state of plugins .* only events/);
			},
		);
		expect(heard).to.deep.equal(["away", "begin"]);

		proxy.join();
		await untilShipped(store);
		expect(heard).to.deep.equal(["away", "begin", "opened", "end 3 0 0"]);
		await until(() => announced > 0);
		const { byState } = await store.stats();
		// The received one, and the alert.
		expect(byState).to.include({ received: 2, delivered: 1, quarantined: 1 });
		expect((await store.get(record.id))?.answer).to.equal('{"status":200}');
		const [leased] = await store.lease([{ route: "sms", max: 9 }], 1000);
		// Its delay counts from its arrival, long ago.
		expect(leased).to.include({ attempt: 1, orderKey: "a" });
	});

	it("ships the rest after a restart, and once", async () => {
		proxy.cut();
		const first = await open();
		const ids: string[] = [];
		for (let count = 0; count < 700; count += 1) {
			const one = delivery({ orderKey: `${count % 3}` });
			ids.push(one.id);
			if (count % 100 === 99 || count === 0) await first.put([one]);
			else void first.put([one]);
		}
		await until(() => depthOf(first) === ids.length);
		await first.close();
		stores = [];
		// As if it had been killed after the database had some of them, and before the file had let them go.
		const ahead = await openPostgres(url, { quarantine: QUARANTINE });
		const gone = ids.slice(0, 130);
		await ahead.put(
			gone.map((id, at) => delivery({ id, orderKey: `${at % 3}` })),
		);
		await ahead.close();

		proxy.join();
		const second = await open();
		await untilShipped(second);
		expect((await rows()).map(({ id }) => id)).to.deep.equal(ids);
		expect(heard.at(-1)).to.equal("end 700 0 0");
		expect(second.spool?.read().usedBytes).to.be.below(300_000);
	});

	it("refuses beyond its limit, and takes events again when it has room", async () => {
		const store = await open({ maxBytes: 600_000 });
		proxy.cut();
		let taken = 0;
		let refused: HookError | undefined;
		while (refused === undefined && taken < 100)
			await store.put([delivery({ body: Buffer.alloc(50_000, "x") })]).then(
				() => {
					taken += 1;
				},
				(error: HookError) => {
					refused = error;
				},
			);
		expect(taken).to.be.within(3, 20);
		expect(refused?.code).to.equal("INBOX_UNAVAILABLE");
		expect(refused?.message).to.include("`inbox.spoolMaxSize`");
		expect(store.spool?.full()).to.be.a("string");
		proxy.join();
		await untilShipped(store);
		expect(store.spool?.full()).to.equal(undefined);
		expect(await rows()).to.have.length(taken);
		proxy.cut();
		await store.put([delivery()]);
		expect(depthOf(store)).to.equal(1);
	});

	it("leaves an event that the database refuses in the file, and ships those around it", async () => {
		const store = await open();
		await store.put([delivery()]);
		proxy.cut();
		// More than an index of PostgreSQL takes, and random, so that compression does not help.
		const long = Array.from({ length: 9000 }, () =>
			Math.random().toString(36).slice(2, 3),
		).join("");
		const [before, odd, after] = [
			delivery(),
			delivery({ orderKey: long }),
			delivery(),
		];
		for (const one of [before, odd, after]) await store.put([one]);
		proxy.join();
		await untilShipped(store);
		expect((await rows()).map(({ id }) => id).slice(1)).to.deep.equal([
			before.id,
			after.id,
		]);
		expect(heard).to.deep.equal(["begin", `refused ${odd.id}`, "end 2 0 1"]);
		expect(store.spool?.read()).to.include({ depth: 0, refused: 1 });
	});

	it("does not open with a database that refuses the router, nor with a file of another", async () => {
		const wrong = url.replace(/:[^:@]+@/, ":wrong@");
		const spool = { file: join(folder, "spool.db") };
		await openSpooled(wrong, { quarantine: QUARANTINE, spool }).then(
			() => expect.fail("it opened"),
			(error: Error) => expect(error.message).to.include("password"),
		);
		await open();
		await open().then(
			() => expect.fail("it opened"),
			(error: Error) => expect(error.message).to.match(/spool.*another router/),
		);
	});
});

// --- helpers ---

async function until(isSo: () => boolean): Promise<void> {
	while (!isSo()) await new Promise((done) => setTimeout(done, 5));
}
