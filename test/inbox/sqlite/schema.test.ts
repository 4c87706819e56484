import { expect } from "chai";
import { loadDriver } from "../../../src/inbox/sqlite/driver.ts";
import { openSqlite } from "../../../src/inbox/sqlite/open.ts";
import {
	migrate,
	SCHEMA_VERSION,
	versionOf,
} from "../../../src/inbox/sqlite/schema.ts";
import { delivery, START } from "../contract/ground.ts";
import { OLD_DOUBTS } from "../old-doubts.ts";
import { createSeenGround, type SeenGround } from "./seen-ground.ts";

const driver = loadDriver();

describe("migrate", () => {
	let ground: SeenGround;

	beforeEach(async () => {
		ground = await createSeenGround();
	});
	afterEach(() => ground.remove());

	/** A file of version 1, with so many rows: quarantined every third, keyless every fifth. */
	const make = (count: number) => {
		const db = driver.open(ground.file);
		migrate(db, 1);
		expect(versionOf(db)).to.equal(1);
		const insert = db.prepare(
			`insert into delivery (id, route, kind, state, due, attempts, dedupe_key, order_key, is_held,
				is_bodiless, received_at, updated_at, size, reason)
			values (?, 'sms', 'k', ?, 0, 0, ?, null, ?, 1, 0, 0, 0, null)`,
		);
		db.exec("begin");
		for (let at = 1; at <= count; at++) {
			const isHeld = at % 3 === 0;
			const key = at % 5 === 0 ? null : `key ${at}`;
			insert.run(`id ${at}`, isHeld ? 5 : 2, key, isHeld ? 1 : 0);
		}
		db.exec("commit");
		db.close();
	};

	it("brings a file of version 1 up, whose keys are still held", () => {
		const count = 6000;
		make(count);
		const handle = ground.start({ maxHeld: count });
		try {
			expect(versionOf(handle.db)).to.equal(SCHEMA_VERSION);
			const keyed = Array.from({ length: count }, (_, at) => at + 1).filter(
				(at) => at % 3 !== 0 && at % 5 !== 0,
			);
			expect(handle.table()).to.deep.equal({
				entries: keyed.length,
				mark: count,
			});
			const batch = [1, 3, 4, 5, count - 1, count - 2].map((at) =>
				delivery({ dedupeKey: `key ${at}`, id: `new ${at}` }),
			);
			const { value } = handle.core.put(batch, START);
			expect(value.map(({ id }) => id)).to.deep.equal([
				"id 1",
				"new 3",
				"id 4",
				"new 5",
				`id ${count - 1}`,
				`id ${count - 2}`,
			]);
		} finally {
			handle.close();
		}
	});

	it("reads the doubts of version 2 out of their reason, and puts each into its budget", async () => {
		const db = driver.open(ground.file);
		migrate(db, 2);
		const insert = db.prepare(
			`insert into delivery (id, route, kind, state, due, attempts, is_held, is_bodiless, received_at, updated_at, size, reason)
			values (?, 'sms', 'k', 5, 0, 0, 1, 0, 0, 0, 10, ?)`,
		);
		const body = db.prepare(
			"insert into body (seq, envelope, body) values (last_insert_rowid(), '{}', x'7b7d')",
		);
		for (const [id, { reason }] of OLD_DOUBTS.entries()) {
			insert.run(`${id}`, reason);
			body.run();
		}
		db.close();
		const store = await openSqlite(ground.file, {
			quarantine: { maxCount: 100, maxBytes: 1e6 },
		});
		try {
			for (const [id, { doubts }] of OLD_DOUBTS.entries())
				expect((await store.get(`${id}`))?.doubts).to.deep.equal(doubts);
			const { quarantine } = await store.stats();
			expect([quarantine.door.count, quarantine.admitted.count]).to.deep.equal([
				3, 3,
			]);
			expect(await store.drop({ filter: {}, max: 9 })).to.equal(6);
			expect((await store.stats()).quarantine.door.count).to.equal(0);
		} finally {
			await store.close();
		}
	});

	it("brings up an inbox that is empty", () => {
		make(0);
		const handle = ground.start();
		try {
			expect(handle.table()).to.deep.equal({ entries: 0, mark: 0 });
			expect(
				handle.core
					.put([delivery({ dedupeKey: "k" }), delivery({ dedupeKey: "k" })], 0)
					.value.map(({ isDuplicate }) => isDuplicate),
			).to.deep.equal([false, true]);
		} finally {
			handle.close();
		}
	});
});
