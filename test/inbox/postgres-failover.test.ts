import { expect } from "chai";
import type { HookError } from "../../src/errors.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import {
	openPostgres,
	type PostgresOptions,
} from "../../src/inbox/postgres/open.ts";
import { until } from "../crash/site.ts";
import { startPostgres, type TestPostgres } from "../postgres.ts";
import { delivery } from "./contract/ground.ts";
import { type Load, putInTheEnd, startLoad } from "./postgres-load.ts";
import { startProxy } from "./postgres-proxy.ts";

/** One cluster through its life: each promotion leaves an old primary behind, and a new standby follows the new one. */
describe("several hosts of PostgreSQL", () => {
	let servers: TestPostgres[] = [];
	let primary: TestPostgres;
	let standby: TestPostgres;
	let url: string;
	let stores: InboxStore[] = [];
	let load: Load | undefined;

	before("starts a primary", async function () {
		this.timeout(60_000);
		primary = await startPostgres();
		servers = [primary];
	});
	beforeEach("starts a standby", async function () {
		this.timeout(60_000);
		url = await primary.createDatabase();
		standby = await primary.startStandby();
		servers.push(standby);
	});
	afterEach(async function () {
		this.timeout(60_000);
		load?.abort();
		load = undefined;
		await Promise.all(stores.map((store) => store.close()));
		stores = [];
		// The old primary is of no more use, and a shutdown would wait for its standbys.
		for (const server of servers.filter((one) => one !== standby)) {
			await server.kill();
			await server.stop();
		}
		servers = [standby];
		primary = standby;
		await alter(primary, primary.here(url), "reset all");
	});
	after(async function () {
		this.timeout(60_000);
		await Promise.all(servers.map((server) => server.stop()));
	});
	const open = async (
		to: string,
		{ watchMs = 500, ...options }: Partial<PostgresOptions> = {},
	) => {
		const store = await openPostgres(to, {
			quarantine: { maxCount: 10, maxBytes: 1000 },
			watchMs,
			...options,
		});
		stores.push(store);
		return store;
	};
	/** The URL with both, as libpq writes it. */
	const both = (first = primary.port, second = standby.port) =>
		`${url.replace(/:\d+\//, `:${first},127.0.0.1:${second}/`)}?target_session_attrs=read-write`;
	const loadThree = async (to: string) => {
		load = startLoad([await open(to), await open(to), await open(to)]);
		await load.untilAllGoOn(40);
		return load;
	};
	const goOn = async (running: Load, moved: () => Promise<void>) => {
		await moved();
		await running.untilAllGoOn(20);
	};

	it("go on with three routers when the primary is killed under load, and refuse it when it comes back", async () => {
		const running = await loadThree(both());
		await goOn(running, async () => {
			await primary.kill();
			await standby.promote();
		});
		// By mistake: it takes writes, and knows nothing of the other.
		await primary.restart();
		await alter(primary, url, "reset all");
		await running.untilAllGoOn(20);
		await running.finish();
		await running.expectLedger(standby, standby.here(url));
		const late = await open(both());
		const one = delivery();
		await late.put([one]);
		expect((await stores[0]?.get(one.id))?.id).to.equal(one.id);

		await standby.kill();
		const refused = await failureOf(late);
		expect(refused.code).to.equal("INBOX_UNAVAILABLE");
		expect(refused.message).to.match(
			/no server takes writes: 127\.0\.0\.1:\d+ is an old primary on timeline \d+, and timeline \d+ was seen; 127\.0\.0\.1:\d+: connect ECONNREFUSED/,
		);
		expect(refused.message).to.not.include(primary.password);
		await standby.restart();
	}).timeout(60_000);

	it("go on when the primary is paused under load, and leave it alone when it goes on", async () => {
		const running = await loadThree(both());
		await goOn(running, async () => {
			primary.pause();
			await standby.promote();
		});
		primary.resume();
		await running.untilAllGoOn(20);
		await running.finish();
		await running.expectLedger(standby, standby.here(url));
	}).timeout(60_000);

	it("go on when the network to the primary is cut under load", async () => {
		const proxy = await startProxy(primary.port);
		try {
			const running = await loadThree(
				both(Number(new URL(proxy.through(url)).port)),
			);
			await goOn(running, async () => {
				proxy.hang();
				await standby.promote();
			});
			await running.finish();
			await running.expectLedger(standby, standby.here(url));
		} finally {
			await proxy.stop();
		}
	}).timeout(60_000);

	it("leave a primary that became read-only, with every connection, and hear each other on the new one", async () => {
		// Longer than the test: the failed statements are what tells them.
		const watchMs = 3_600_000;
		const here = await open(both(), { watchMs });
		const there = await open(both(), { watchMs });
		const heard: string[] = [];
		let hear = () => {};
		there.onWork((routes) => {
			heard.push(...routes);
			hear();
		});
		const untilHeard = async (route: string) => {
			while (!heard.includes(route))
				await new Promise<void>((resolve) => {
					hear = resolve;
				});
		};
		await here.put([delivery({ route: "before" })]);
		await untilHeard("before");
		await standby.promote();
		await alter(primary, url, "set default_transaction_read_only = on");
		// A session takes the setting a moment later, and a commit until then waits for the standby that is gone.
		await putInTheEnd(here, { route: "after" });
		await putInTheEnd(there, { route: "own" });
		const rows = await standby.query(
			standby.here(url),
			"select route from switchhook.delivery order by seq",
		);
		expect(rows.map(({ route }) => route)).to.deep.equal([
			"before",
			"after",
			"own",
		]);
		await here.put([delivery({ route: "heard" })]);
		await untilHeard("heard");
	}).timeout(60_000);

	it("notice without traffic that another server was promoted", async () => {
		const said: string[] = [];
		const store = await open(both(), {
			watchMs: 100,
			onWarning: (message) => said.push(message),
		});
		const one = delivery();
		await store.put([one]);
		await standby.promote();
		await standby.query(
			standby.here(url),
			"update switchhook.delivery set kind = 'moved'",
		);
		// Both take writes: the one that was promoted last leads. What runs when the router moves fails.
		const read = () => store.get(one.id).catch(() => undefined);
		await until(
			"the new one's row",
			async () => (await read())?.kind === "moved",
		);
		expect(said).to.deep.equal([
			`the inbox moved to the PostgreSQL server 127.0.0.1:${standby.port}, which takes writes now`,
		]);
	}).timeout(60_000);

	it("do not confirm a duplicate that a synchronous standby may lack", async () => {
		const store = await open(url);
		await store.put([delivery({ dedupeKey: "kept" })]);
		await standby.kill();
		// As after a crash of the primary: committed here alone, and visible.
		await primary.query(
			url,
			"set synchronous_commit = local; update switchhook.delivery set dedupe_key = 'alone' where dedupe_key = 'kept'",
		);
		const refused = await failureOf(store, { dedupeKey: "alone" });
		expect(refused.code).to.equal("INBOX_UNAVAILABLE");
		// Otherwise each refused put would leave a process of the server behind.
		const waiting = "select from pg_stat_activity where wait_event = 'SyncRep'";
		await until(
			"no process waits",
			async () => (await primary.query(url, waiting)).length === 0,
		);
		await standby.restart();
		const [receipt] = await store.put([delivery({ dedupeKey: "alone" })]);
		expect(receipt?.isDuplicate).to.equal(true);
		await standby.promote();
	}).timeout(60_000);
});

// --- helpers ---

async function alter(
	server: TestPostgres,
	url: string,
	setting: string,
): Promise<void> {
	await server.query(url, `alter system ${setting}`);
	await server.query(url, "select pg_reload_conf()");
}

async function failureOf(
	store: InboxStore,
	parts: Parameters<typeof delivery>[0] = {},
): Promise<HookError> {
	try {
		await store.put([delivery(parts)]);
	} catch (error) {
		return error as HookError;
	}
	throw new Error("it was kept");
}
