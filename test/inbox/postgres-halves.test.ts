import { expect } from "chai";
import pg from "pg";
import type { HookError } from "../../src/errors.ts";
import type { Lease } from "../../src/inbox/port/queue.ts";
import type { Driver } from "../../src/inbox/postgres/connect/driver.ts";
import { openPostgres } from "../../src/inbox/postgres/open.ts";
import type { PostgresStore } from "../../src/inbox/postgres/store.ts";
import { usePostgres } from "../postgres.ts";
import { delivery, settlement } from "./contract/ground.ts";

const HOUR = 3_600_000;
const HALVED = 300;

describe("a backlog in PostgreSQL", () => {
	const server = usePostgres();
	let watched: ReturnType<typeof watch>;
	let store: PostgresStore;
	let url: string;

	const open = async (isOneOfMany = false) => {
		watched = watch();
		url = await server().createDatabase();
		store = await openPostgres(url, {
			quarantine: { maxCount: 10, maxBytes: 1000 },
			isOneOfMany,
			loadDriver: () => Promise.resolve({ default: watched.driver }),
		});
	};
	afterEach(() => store?.close());

	/** Puts so many, and returns their ids, the oldest first. */
	const fill = async (count: number) => {
		const batch = Array.from({ length: count }, () => delivery());
		await store.put(batch);
		return batch.map(({ id }) => id);
	};
	const lease = (max: number) => store.lease([{ route: "sms", max }], HOUR);
	const settle = (leases: readonly Lease[]) =>
		store.settle(leases.map((one) => settlement(one)));
	const statesOf = async () => {
		const { byState } = await store.stats();
		return Object.fromEntries(Object.entries(byState).filter(([, n]) => n > 0));
	};

	it("is leased by two connections, each event once and the oldest first, until it ends", async () => {
		await open();
		const ids = await fill(3 * HALVED + 10);
		const calls: (readonly string[])[] = [];
		const statements: number[] = [];
		for (let at = 0; at < 5; at += 1) {
			const before = watched.count("lease");
			calls.push((await lease(HALVED)).map(({ id }) => id));
			statements.push(watched.count("lease") - before);
		}
		expect(calls.flat()).to.have.members(ids).and.have.length(ids.length);
		for (const call of calls)
			expect(call).to.deep.equal(ids.filter((id) => call.includes(id)));
		expect(calls.map(({ length }) => length)).to.deep.equal([
			HALVED,
			HALVED,
			HALVED,
			10,
			0,
		]);
		expect(statements, "the first cannot know").to.deep.equal([1, 2, 2, 2, 1]);
	});

	it("is drained by two routers at once, each event by one of them", async () => {
		await open();
		const ids = await fill(10 * HALVED);
		const other = await openPostgres(url, {
			quarantine: { maxCount: 10, maxBytes: 1000 },
		});
		const taken: string[] = [];
		const drain = async (router: PostgresStore) => {
			while (taken.length < ids.length) {
				const leases = await router.lease(
					[{ route: "sms", max: HALVED }],
					HOUR,
				);
				taken.push(...leases.map(({ id }) => id));
				const settlements = leases.map((one) => settlement(one));
				expect(await router.settle(settlements)).to.not.include(false);
			}
		};
		await Promise.all([store, store, other, other].map(drain));
		await other.close();
		expect(taken).to.have.members(ids);
		expect(await statesOf()).to.deep.equal({ delivered: ids.length });
	});

	it("is settled by two connections, each lease once", async () => {
		await open();
		await fill(HALVED);
		const leases = await lease(HALVED);
		const stale = leases.map((one) => ({ ...one, attempt: 2 }));
		expect(await settle(stale)).to.not.include(true);
		const [first] = leases as readonly [Lease];
		expect(await settle([...leases, first])).to.deep.equal([
			...leases.map(() => true),
			false,
		]);
		expect(watched.count("settle")).to.equal(4);
		expect(await settle(leases)).to.not.include(true);
		expect(await statesOf()).to.deep.equal({ delivered: HALVED });
		expect(store.backlog()).to.equal(0);
	});

	it("is settled in one transaction where a lane is to be freed", async () => {
		await open();
		await fill(HALVED);
		await store.put([delivery({ orderKey: "a" }), delivery({ orderKey: "a" })]);
		expect(await settle(await lease(2 * HALVED))).to.not.include(false);
		expect(watched.count("settle")).to.equal(1);
		expect(await lease(9)).to.have.length(1);
	});

	it("is leased and settled although the server refuses a second connection", async () => {
		await open();
		await fill(2 * HALVED);
		const leases = [...(await lease(HALVED))];
		watched.refuse("lease", 1);
		const half = await lease(HALVED);
		expect(half).to.have.length(HALVED / 2);
		leases.push(...half, ...(await lease(HALVED)));
		expect(new Set(leases.map(({ id }) => id)).size).to.equal(2 * HALVED);
		watched.refuse("settle", 1);
		expect(await settle(leases)).to.not.include(false);
		expect(await statesOf()).to.deep.equal({ delivered: 2 * HALVED });
		expect(store.backlog()).to.equal(0);
	});

	it("is settled by the next call where a half could not be written, and none is called lost", async () => {
		await open();
		await fill(HALVED);
		const leases = await lease(HALVED);
		watched.refuse("settle", 2, { after: 1 });
		const failure = await settle(leases).then(
			() => expect.fail("it was settled"),
			(error: HookError) => error,
		);
		expect(failure.code).to.equal("INBOX_UNAVAILABLE");
		expect(await statesOf()).to.deep.equal({
			delivered: HALVED / 2,
			leased: HALVED / 2,
		});
		// As the worker does: one at first.
		expect(await settle(leases.slice(0, 1))).to.deep.equal([true]);
		expect(await settle(leases.slice(1))).to.not.include(false);
		expect(await settle(leases)).to.not.include(true);
		expect(await statesOf()).to.deep.equal({ delivered: HALVED });
	});

	it("fails at once where neither half is there", async () => {
		await open();
		await fill(2 * HALVED);
		const leases = await lease(HALVED);
		for (const name of ["lease", "settle"] as const) {
			watched.refuse(name, 2);
			await (name === "lease" ? lease(HALVED) : settle(leases)).then(
				() => expect.fail("it was answered"),
				(error: HookError) => expect(error.code).to.equal("INBOX_UNAVAILABLE"),
			);
		}
		expect(watched.count("settle")).to.equal(2);
		expect(await settle(leases)).to.not.include(false);
	});

	it("takes one statement where there is one connection", async () => {
		await open(true);
		await fill(2 * HALVED);
		await settle(await lease(HALVED));
		await settle(await lease(HALVED));
		expect(watched.count("lease")).to.equal(2);
		expect(watched.count("settle")).to.equal(2);
		expect(await statesOf()).to.deep.equal({ delivered: 2 * HALVED });
	});
});

// --- helpers ---

/** Makes a driver that counts statements by their names, and can refuse some of them. */
function watch() {
	const counts = new Map<string, number>();
	let refused = { name: "", from: 0, to: 0 };
	const count = (name: string) => counts.get(name) ?? 0;
	class Client extends pg.Client {
		override query = ((...args: Parameters<pg.Client["query"]>) => {
			const { name = "" } = args[0] as { name?: string };
			const nth = count(name);
			counts.set(name, nth + 1);
			if (name === refused.name && nth >= refused.from && nth < refused.to)
				return Promise.reject(
					Object.assign(new Error("too many clients already"), {
						code: "53300",
					}),
				);
			return super.query(...args);
		}) as pg.Client["query"];
	}
	return {
		driver: { ...pg, Client } as unknown as Driver,
		count,
		/** Refuses the next `times` statements of a name, `after` some others. */
		refuse(name: string, times: number, { after = 0 } = {}) {
			const from = count(name) + after;
			refused = { name, from, to: from + times };
		},
	};
}
