import { expect } from "chai";
import type { Lease } from "../../src/inbox/port/queue.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import {
	openPostgres,
	type PostgresOptions,
} from "../../src/inbox/postgres/open.ts";
import { usePostgres } from "../postgres.ts";
import { delivery, settlement } from "./contract/ground.ts";

const HOUR = 3_600_000;

describe("routers that share one PostgreSQL", () => {
	const server = usePostgres();
	let url: string;
	let stores: InboxStore[] = [];

	beforeEach(async () => {
		url = await server().createDatabase();
	});
	afterEach(async () => {
		await Promise.all(stores.map((store) => store.close()));
		stores = [];
	});
	/** Without polling: what is heard was announced. */
	const open = async (options: Partial<PostgresOptions> = {}) => {
		const store = await openPostgres(url, {
			quarantine: { maxCount: 10, maxBytes: 1000 },
			times: { pollMs: HOUR, pollAwayMs: HOUR },
			...options,
		});
		stores.push(store);
		return store;
	};

	it("hear of each other's work without polling", async () => {
		const [here, there] = [await open(), await open()];
		const ears = listen(there);
		await here.put([delivery({ route: "first" })]);
		await ears.hear("first");
		await here.put([delivery({ route: "second" })]);
		await ears.hear("second");
		const [lease] = await here.lease([{ route: "second", max: 1 }], HOUR);
		await here.settle([
			settlement(lease as Lease, "delivered", {
				events: [delivery({ route: "third" })],
			}),
		]);
		await ears.hear("third");
	});

	it("hear of more routes than one announcement can name", async () => {
		const [here, there] = [await open(), await open()];
		const ears = listen(there);
		await here.put([delivery({ route: "first" })]);
		await ears.hear("first");
		const names = Array.from(
			{ length: 200 },
			(_, at) => `${"r".repeat(60)}${at}`,
		);
		await here.put(names.map((route) => delivery({ route })));
		await ears.hear(names[0] as string);
		await ears.hear(names[199] as string);
	});

	it("hear again after the connection that they listen on was lost", async () => {
		const [here, there] = [await open(), await open()];
		const ears = listen(there);
		await here.put([delivery({ route: "first" })]);
		await ears.hear("first");
		await here.lease([{ route: "first", max: 1 }], HOUR);
		const ended = await server().query(
			url,
			"select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database()",
		);
		expect(ended.length).to.be.at.least(1);
		await here.put([delivery({ route: "second" })]);
		await ears.hear("second");
		await here.put([delivery({ route: "third" })]);
		await ears.hear("third");
	});

	it("look for work now and then where nothing is heard", async () => {
		const here = await open();
		const there = await open({ times: { pollMs: 20, pollAwayMs: 20 } });
		const ears = listen(there);
		await here.put([delivery({ route: "first" })]);
		await ears.hear("first");
		await server().query(
			url,
			"update switchhook.delivery set route = 'moved' where route = 'first'",
		);
		await ears.hear("moved");
	});

	it("see each other's work in the backlog", async () => {
		const here = await open();
		const there = await open({ times: { countMs: 10 } });
		await here.put([delivery(), delivery()]);
		expect(here.backlog()).to.equal(2);
		while (there.backlog() !== 2)
			await new Promise((done) => setTimeout(done, 5));
	});
});

// --- helpers ---

/** Resolves when a route was called out. */
function listen(store: InboxStore) {
	const heard = new Set<string>();
	let wake = () => {};
	store.onWork((routes) => {
		for (const route of routes) heard.add(route);
		wake();
	});
	return {
		async hear(route: string): Promise<void> {
			while (!heard.has(route))
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
		},
	};
}
