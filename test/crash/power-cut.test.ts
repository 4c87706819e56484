import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Lease } from "../../src/inbox/port/queue.ts";
import { SqliteCore } from "../../src/inbox/sqlite/core.ts";
import { type Database, loadDriver } from "../../src/inbox/sqlite/driver.ts";
import { openFile } from "../../src/inbox/sqlite/file.ts";
import {
	DEAD,
	delivery,
	LEASE_MS,
	START,
	settlement,
	wait,
} from "../inbox/contract/ground.ts";
import { type AskedCore, askedCore } from "../inbox/sqlite/core-ground.ts";
import {
	createSqliteGround,
	type SqliteGround,
} from "../inbox/sqlite-ground.ts";
import { DiskModel, type Image } from "./disk-model.ts";
import { CRASH_ROUNDS, createRandom, type Random, withSeed } from "./random.ts";

/** Calls of one run: enough for several checkpoints. */
const CALLS = 8 * Math.max(50, CRASH_ROUNDS);

const driver = loadDriver();

describe("the inbox on SQLite after a power cut", () => {
	let ground: SqliteGround;

	beforeEach(async () => {
		ground = await createSqliteGround();
	});
	afterEach(() => ground.remove());

	it("has all that it acknowledged, and of each settlement all or nothing", async () => {
		const random = createRandom();
		await withSeed(random, () => {
			const { faults, checkpoints, cuts } = run(ground, random);
			expect(faults).to.deep.equal([]);
			expect(checkpoints).to.be.above(1);
			expect(cuts).to.be.above(CALLS / 4);
		});
	}).timeout(60_000 + CALLS * 100);

	it("would lose some of it without a sync at each put", () => {
		const { faults } = run(ground, createRandom(1), (db) => ({
			exec: (sql) => db.exec(sql.replace("= full", "= normal")),
			prepare: (sql) => db.prepare(sql),
			close: () => db.close(),
		}));
		expect(faults.some((fault) => fault.startsWith("lost"))).to.equal(true);
	}).timeout(60_000 + CALLS * 100);
});

// --- helpers ---

/** Works on a file as a router does, and cuts the power now and then. */
function run(
	{ file, folder }: SqliteGround,
	random: Random,
	wrap: (db: Database) => Database = (db) => db,
) {
	let isSynced = false;
	const core = askedCore(
		new SqliteCore({
			open: () => {
				const db = openFile(driver, file, { mustExist: false });
				// A router's own 16 MiB of log would take this run's calls many times over.
				db.exec("pragma wal_autocheckpoint = 500");
				return wrap(db);
			},
			quarantine: { maxCount: 10, maxBytes: 1e6 },
			isOwner: true,
			now: START,
			beforeCommit: (level) => {
				isSynced = level === FULL;
			},
		}),
	);
	try {
		core.put([delivery()], START);
		const disk = new DiskModel(file);
		const promised: Promised = { ids: new Set(), notes: new Map() };
		const leases: Lease[] = [];
		const faults: string[] = [];
		const counts = { checkpoints: 0, cuts: 0 };
		const look = (image: Image) => {
			counts.cuts += 1;
			const copy = join(folder, `cut-${counts.cuts}.db`);
			writeFileSync(copy, image.db);
			writeFileSync(`${copy}-wal`, image.wal);
			faults.push(...findFaults(copy, promised));
		};
		for (let call = 0; call < CALLS; call += 1) {
			isSynced = false;
			const promise = act(core, leases, random, call);
			if (disk.note(isSynced)) counts.checkpoints += 1;
			if (random.below(4) === 0) look(disk.cutWithin(random));
			promise(promised);
			if (random.below(4) === 0) look(disk.cutAfter(random));
		}
		return { faults, ...counts };
	} finally {
		core.close();
	}
}

/** What the caller was told is kept. */
interface Promised {
	readonly ids: Set<string>;
	/** The call that wrote last under each key. */
	readonly notes: Map<string, number>;
}

/** `PRAGMA synchronous` of what is promised. */
const FULL = 2;
const LANES = 5;

/** Does one random thing; returns what it promises. */
function act(
	core: AskedCore,
	leases: Lease[],
	random: Random,
	call: number,
): (promised: Promised) => void {
	const nothing = () => {};
	switch (random.below(6)) {
		case 0:
		case 1: {
			const batch = Array.from({ length: 1 + random.below(6) }, () =>
				delivery({
					orderKey: `${random.below(LANES)}`,
					body: Buffer.alloc(random.below(3000), "x"),
				}),
			);
			const receipts = core.put(batch, START);
			return ({ ids }) => {
				for (const { id } of receipts) ids.add(id);
			};
		}
		case 2: {
			const key = `note ${random.below(LANES)}`;
			const write = { plugin: "notes", key, value: `${call}` };
			core.writeState([{ ...write, expiresAfterMs: undefined }], START);
			return ({ notes }) => notes.set(key, call);
		}
		case 3:
			leases.push(...core.lease([{ route: "sms", max: 9 }], LEASE_MS, START));
			return nothing;
		default: {
			const taken = leases.splice(0, 1 + random.below(4));
			const settlements = taken.map((lease) => {
				const verdict = random.below(4);
				if (verdict === 0) return settlement(lease, wait(0));
				if (verdict === 1) return settlement(lease, DEAD);
				const note = { plugin: "done", key: lease.id, value: "1" };
				const writes = [{ ...note, expiresAfterMs: undefined }];
				return settlement(lease, "delivered", { writes });
			});
			core.settle(settlements, START);
			return nothing;
		}
	}
}

/** Opens what the power cut left, as a router that starts does. */
function findFaults(file: string, { ids, notes }: Promised): readonly string[] {
	let db: Database;
	try {
		db = openFile(driver, file, { mustExist: true });
	} catch (error) {
		return [`refused: ${(error as Error).message}`];
	}
	try {
		const read = <Row>(sql: string) => db.prepare(sql).all() as Row[];
		const states = new Map(
			read<{ id: string; state: number }>("select id, state from delivery").map(
				({ id, state }) => [id, state],
			),
		);
		const kept = new Map(
			read<{ key: string; value: string }>("select key, value from state").map(
				({ key, value }) => [key, value],
			),
		);
		return [
			...[...ids].filter((id) => !states.has(id)).map((id) => `lost ${id}`),
			...[...notes]
				// A later one may be there before its call is answered.
				.filter(([key, call]) => !(Number(kept.get(key)) >= call))
				.map(([key]) => `lost ${key}`),
			...[...states]
				.filter(([id, state]) => (state === DELIVERED) !== kept.has(id))
				.map(([id]) => `half a settlement of ${id}`),
		];
	} finally {
		db.close();
	}
}

const DELIVERED = 2;
