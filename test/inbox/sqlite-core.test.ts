import { expect } from "chai";
import type { Settlement } from "../../src/inbox/port/queue.ts";
import { type CoreOptions, SqliteCore } from "../../src/inbox/sqlite/core.ts";
import {
	type Database,
	loadDriver,
	RESULT,
	type Statement,
} from "../../src/inbox/sqlite/driver.ts";
import { openFile } from "../../src/inbox/sqlite/file.ts";
import {
	DEAD,
	delivery,
	idsOf,
	LEASE_MS,
	START,
	settlement,
	wait,
} from "./contract/ground.ts";
import { type AskedCore, askedCore } from "./sqlite/core-ground.ts";
import { createSqliteGround, type SqliteGround } from "./sqlite-ground.ts";

const driver = loadDriver();

describe("SqliteCore", () => {
	let ground: SqliteGround;
	let core: AskedCore | undefined;
	/** The connection that is open. */
	let db: Database;

	beforeEach(async () => {
		ground = await createSqliteGround();
	});
	afterEach(async () => {
		core?.close();
		core = undefined;
		await ground.remove();
	});

	const start = (
		options: Partial<CoreOptions> = {},
		wrap: (opened: Database) => Database = (opened) => opened,
	) => {
		const made = new SqliteCore({
			open: () => {
				db = openFile(driver, ground.file, { mustExist: false });
				return wrap(db);
			},
			quarantine: { maxCount: 10, maxBytes: 1e6 },
			isOwner: true,
			now: START,
			...options,
		});
		core = askedCore(made);
		return core;
	};
	const leaseAll = (from: AskedCore, now = START, max = 100) =>
		from.lease([{ route: "sms", max }], LEASE_MS, now);
	const settleOne = (
		on: AskedCore,
		taken: { readonly id: string; readonly attempt: number },
		verdict: Settlement["verdict"] | "delivered",
		now = START,
	) => on.settle([settlement(taken, verdict)], now)[0];

	it("leases what is wanted as it is put, where nothing of its route waits", () => {
		const sut = start();
		const wanted = (route: string) => delivery({ route, leaseMs: LEASE_MS });
		const leased = (routes: readonly string[]) =>
			sut.put(routes.map(wanted), START).map((one) => one.isLeased);
		expect(leased(["a", "b", "a"])).to.deep.equal([true, true, true]);
		sut.put([delivery({ route: "a" })], START);
		expect(leased(["a", "b"])).to.deep.equal([undefined, true]);
		expect(sut.due(START)).to.deep.include({ route: "a", inMs: 0 });
		expect(sut.due(START)).to.deep.include({ route: "b", inMs: LEASE_MS });
	});

	it("syncs the disk for what was promised, and not for what is only done again", () => {
		const levels: number[] = [];
		const sut = start({ beforeCommit: (level) => levels.push(level) });
		const during = (act: () => unknown) => {
			levels.length = 0;
			act();
			return levels;
		};
		const [FULL, NORMAL] = [2, 1];
		expect(during(() => sut.put([delivery()], START))).to.deep.equal([FULL]);
		const [first] = leaseAll(sut);
		expect(levels).to.deep.equal([FULL, NORMAL]);
		const done = first as { id: string; attempt: number };
		expect(during(() => settleOne(sut, done, DEAD))).to.deep.equal([NORMAL]);
		expect(during(() => sut.put([delivery()], START))).to.deep.equal([FULL]);
		const ids = [done.id];
		expect(during(() => sut.replay({ ids }, undefined, START))).to.deep.equal([
			FULL,
		]);
		expect(during(() => sut.drop({ ids }, undefined, START))).to.deep.equal([
			FULL,
		]);
		expect(during(() => sut.writeState([], START))).to.deep.equal([FULL]);
		expect(during(() => sut.import([], START))).to.deep.equal([FULL]);
		expect(
			during(() =>
				sut.release(
					"unknown",
					{ route: "", kind: "", dedupeKey: undefined, orderKey: undefined },
					undefined,
					START,
				),
			),
		).to.deep.equal([FULL]);
	});

	it("keeps nothing of a batch that does not fit on the disk, and goes on when there is room", () => {
		const sut = start();
		sut.put([delivery({ dedupeKey: "kept" })], START);
		db.exec("pragma max_page_count = 40");
		const large = Buffer.alloc(100_000, "x");
		const batch = [
			delivery(),
			delivery({ body: large }),
			delivery({ body: large }),
		];
		expect(() => sut.put(batch, START))
			.to.throw(/full/)
			.with.property("errcode", RESULT.FULL);
		expect(sut.unfinished()).to.equal(1);
		// What is small still fits, and what was taken in is handled.
		expect(leaseAll(sut)).to.have.length(1);
		sut.put([delivery()], START);
		db.exec("pragma max_page_count = 4000");
		expect(idsOf(sut.put(batch, START))).to.deep.equal(idsOf(batch));
		expect(sut.unfinished()).to.equal(5);
	});

	it("opens the file anew after a fault of the disk, its leases still held", () => {
		const disk = brokenDisk();
		const sut = start({}, disk.wrap);
		sut.put([delivery(), delivery()], START);
		const [first, second] = leaseAll(sut);
		disk.failNext("before");
		expect(() => sut.put([delivery()], START)).to.throw(/disk I\/O/);
		expect(disk.opened).to.equal(1);
		expect(leaseAll(sut)).to.deep.equal([]);
		expect(disk.opened).to.equal(2);
		expect(sut.unfinished()).to.equal(2);
		for (const taken of [first, second])
			expect(
				settleOne(sut, taken as { id: string; attempt: number }, "delivered"),
			).to.equal(true);
		expect(sut.unfinished()).to.equal(0);
	});

	it("loses no delivery whose lease was written although the disk said no", () => {
		const disk = brokenDisk();
		const sut = start({}, disk.wrap);
		const one = delivery({ orderKey: "lane" });
		sut.put([one, delivery({ orderKey: "lane" })], START);
		disk.failNext("after");
		expect(() => leaseAll(sut)).to.throw(/disk I\/O/);
		const [again, more] = leaseAll(sut);
		expect([again?.id, again?.attempt, more]).to.deep.equal([
			one.id,
			2,
			undefined,
		]);
	});

	it("tells of what was put, and leased at once, although the disk said no", () => {
		const disk = brokenDisk();
		const sut = start({}, disk.wrap);
		sut.poll(START);
		const one = delivery({ leaseMs: LEASE_MS });
		disk.failNext("after");
		expect(() => sut.put([one], START)).to.throw(/disk I\/O/);
		expect(sut.poll(START)).to.deep.equal(["sms"]);
		expect(sut.poll(START)).to.deep.equal([]);
		expect(idsOf(leaseAll(sut))).to.deep.equal([one.id]);
	});

	it("tells of what a former thread had leased", () => {
		const one = delivery({ leaseMs: LEASE_MS });
		start().put([one], START);
		core?.close();
		expect(start().poll(START)).to.deep.equal(["sms"]);
	});

	it("tells of a lease that ran out while its route was asked for nothing", () => {
		const sut = start();
		sut.poll(START);
		const one = delivery({ leaseMs: LEASE_MS });
		const late = START + LEASE_MS;
		sut.put([one], START);
		expect(sut.poll(late - 1)).to.deep.equal([]);
		// What is wanted goes by it: nobody asks for its route.
		sut.put([delivery({ leaseMs: 2 * LEASE_MS })], START);
		expect(sut.poll(late)).to.deep.equal(["sms"]);
		expect(idsOf(leaseAll(sut, late))).to.deep.equal([one.id]);
		expect(sut.poll(late)).to.deep.equal([]);
	});

	it("fails a settlement that was written although the disk said no, and does it once", () => {
		const disk = brokenDisk();
		const sut = start({}, disk.wrap);
		const one = delivery();
		sut.put([one], START);
		const [taken] = leaseAll(sut);
		const write = {
			lease: { id: one.id, attempt: taken?.attempt ?? 0 },
			verdict: { as: "delivered" },
			startedAt: START,
			durationMs: 1,
			writes: [],
			events: [delivery({ route: "made" })],
		} as const;
		disk.failNext("after");
		expect(() => sut.settle([write], START)).to.throw(/disk I\/O/);
		expect(sut.settle([write], START)).to.deep.equal([false]);
		expect(sut.unfinished()).to.equal(1);
	});

	describe("under a clock that was wrong", () => {
		const YEAR = 365 * 86_400_000;

		it("does at once what was put in years to come", () => {
			const wrong = START + YEAR;
			const batch = [
				delivery(),
				delivery({ orderKey: "lane" }),
				delivery({ orderKey: "lane" }),
			];
			start({ now: wrong }).put(batch, wrong);
			core?.close();
			const sut = start();
			expect(sut.due(START)).to.deep.equal([{ route: "sms", inMs: 0 }]);
			const first = leaseAll(sut);
			expect(idsOf(first)).to.have.members(idsOf(batch.slice(0, 2)));
			for (const taken of first) settleOne(sut, taken, "delivered");
			expect(idsOf(leaseAll(sut))).to.deep.equal(idsOf(batch.slice(2)));
		});

		it("waits as long as it would have waited", () => {
			const wrong = START + YEAR;
			const former = start({ now: wrong });
			former.put([delivery()], wrong);
			const [taken] = leaseAll(former, wrong);
			const hour = 3_600_000;
			settleOne(
				former,
				taken as { id: string; attempt: number },
				wait(hour),
				wrong,
			);
			former.close();
			const [due] = start().due(START);
			expect(due?.inMs).to.equal(hour);
		});

		it("leaves a long wait of a right clock as it is", () => {
			const former = start();
			former.put([delivery()], START);
			const [taken] = leaseAll(former);
			settleOne(former, taken as { id: string; attempt: number }, wait(YEAR));
			former.close();
			expect(start().due(START)[0]?.inMs).to.equal(YEAR);
		});

		it("prunes what was finished in years to come", () => {
			const wrong = START + YEAR;
			start({ now: wrong }).put([delivery({ state: "delivered" })], wrong);
			core?.close();
			const rules = { deliveredMs: 10, deadMs: 10, bodyMs: undefined, max: 9 };
			expect(start().prune(rules, START + 11)).to.equal(1);
		});
	});

	it("gives room back to the disk when much is free", () => {
		const sut = start();
		const body = Buffer.alloc(100_000, "x");
		for (let at = 0; at < 30; at++)
			sut.put(
				Array.from({ length: 10 }, () =>
					delivery({ state: "delivered", body }),
				),
				START,
			);
		const pages = () =>
			(db.prepare("pragma page_count").get() as { page_count: number })
				.page_count;
		const before = pages();
		const rules = { deliveredMs: 10, deadMs: 10, bodyMs: undefined, max: 500 };
		expect(sut.prune(rules, START + 11)).to.equal(300);
		for (let at = 0; at < 20; at++) sut.prune(rules, START + 11);
		expect(pages()).to.be.below(before / 4);
	});

	it("looks through many rows in bites, and finds what few windows hold", () => {
		const sut = start({ window: 10 });
		const rare = delivery({ route: "rare" });
		sut.put([rare, ...Array.from({ length: 95 }, () => delivery())], START);
		const bites: number[] = [];
		const found: string[] = [];
		let from: number | undefined;
		do {
			const bite = sut.list({ route: "rare" }, from, 5, START);
			bites.push(bite.found.length);
			found.push(...idsOf(bite.found));
			from = bite.next;
		} while (from !== undefined);
		expect(bites).to.have.length(10);
		expect(found).to.deep.equal([rare.id]);
	});

	it("walks no table and sorts nothing, but where it counts", () => {
		const asked = new Set<string>();
		start({}, (opened) => ({
			...bare(opened),
			prepare: (sql) => {
				asked.add(sql);
				return opened.prepare(sql);
			},
		}));
		expect(asked.size).to.be.above(30);
		const plans = [...asked]
			.filter((sql) => /^\s*(select|update|delete|insert)/.test(sql))
			.map((sql) => [sql, planOf(db, sql)] as const);
		const slow = plans
			.filter(([sql]) => !/count\(\*\)/.test(sql))
			// Few starts and reloads are marked in 8 days, and routes are few.
			.filter(([sql]) => !/\bfrom (?:mark|history_route)\b/.test(sql))
			.filter(([, plan]) =>
				// There are few pauses, and all of them are kept in memory.
				/SCAN (?!CONSTANT)(?!pause$)(?!\d+-ROW VALUES)(?!delivery USING INDEX delivery_leased)|TEMP B-TREE/.test(
					plan,
				),
			);
		expect(slow.map(([sql, plan]) => `${sql}\n${plan}`)).to.deep.equal([]);
		expect(plans.some(([, plan]) => plan.includes("delivery_ready"))).to.equal(
			true,
		);
	});
});

// --- helpers ---

/** How SQLite would go about it. */
function planOf(db: Database, sql: string): string {
	const parameters = (sql.match(/\?/g) ?? []).map(() => null);
	const rows = db.prepare(`explain query plan ${sql}`).all(...parameters);
	return (rows as { readonly detail: string }[])
		.map(({ detail }) => detail)
		.join("\n");
}

/** The methods of a database, to be replaced one by one. */
function bare(db: Database): Database {
	return {
		exec: (sql) => db.exec(sql),
		prepare: (sql) => db.prepare(sql),
		close: () => db.close(),
	};
}

/** A disk whose next commit fails: with nothing written, or with all of it. */
function brokenDisk() {
	let next: "before" | "after" | undefined;
	const disk = {
		opened: 0,
		failNext(when: "before" | "after") {
			next = when;
		},
		wrap(db: Database): Database {
			disk.opened++;
			return {
				...bare(db),
				prepare(sql): Statement {
					const statement = db.prepare(sql);
					if (sql !== "commit") return statement;
					return {
						get: () => statement.get(),
						all: () => statement.all(),
						setReturnArrays: () => {},
						run() {
							const when = next;
							next = undefined;
							if (when === "before") throw ioError();
							const result = statement.run();
							if (when === "after") throw ioError();
							return result;
						},
					};
				},
			};
		},
	};
	return disk;
}

function ioError(): Error {
	return Object.assign(new Error("disk I/O error"), {
		errcode: RESULT.IOERR,
	});
}
