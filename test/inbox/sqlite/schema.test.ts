import { expect } from "chai";
import { loadDriver } from "../../../src/inbox/sqlite/driver.ts";
import { openSqlite } from "../../../src/inbox/sqlite/open.ts";
import { dedupeHash } from "../../../src/inbox/sqlite/queue/dedupe.ts";
import {
	migrate,
	SCHEMA_VERSION,
	versionOf,
} from "../../../src/inbox/sqlite/schema.ts";
import { delivery, START } from "../contract/ground.ts";
import { OLD_DOUBTS } from "../old-doubts.ts";
import {
	type CoreGround,
	createCoreGround,
	seenEntries,
} from "./core-ground.ts";

const driver = loadDriver();

describe("migrate", () => {
	let ground: CoreGround;

	beforeEach(async () => {
		ground = await createCoreGround();
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

	/** Checks that each key of `make` is known, and each other is not. */
	const check = (count: number) => {
		const handle = ground.start({ maxQuarantined: count });
		try {
			expect(versionOf(handle.db)).to.equal(SCHEMA_VERSION);
			const { found, wanted } = seenEntries(handle.db);
			expect(found).to.deep.equal(wanted).and.have.length.above(0);
			const batch = [1, 3, 4, 5, count - 1, count - 2].map((at) =>
				delivery({ dedupeKey: `key ${at}`, id: `new ${at}` }),
			);
			const receipts = handle.core.put(batch, START);
			expect(receipts.map(({ id }) => id)).to.deep.equal([
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
	};

	it("brings a file of version 1 up, whose keys stay known", () => {
		make(6000);
		check(6000);
	});

	it("brings a file of version 3 up, whose keys stay known, whether its table knew them or not", () => {
		const count = 120;
		make(count);
		const db = driver.open(ground.file);
		migrate(db, 3);
		// As a router of that version left it: the table knows the rows up to a mark, and entries outlive their rows, whose numbers were given out
		// again.
		const insert = db.prepare("insert into seen (hash, seq) values (?, ?)");
		for (const seq of [1, 2, 4]) insert.run(dedupeHash(`key ${seq}`), seq);
		for (const seq of [3, 5, count, count + 9]) insert.run(seq, seq);
		db.exec("update seen_mark set seq = 5, cuts = 2");
		db.close();
		check(count);
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

	it("brings a file of version 4 up with its rows, whose replies have no answer", async () => {
		const db = driver.open(ground.file);
		migrate(db, 4);
		db.exec(`
			insert into delivery (id, route, kind, state, due, attempts, is_held, is_bodiless, received_at, updated_at, size)
				values ('old', 'sms', 'k', 2, 0, 0, 0, 0, 0, ${START}, 4);
			insert into body (seq, envelope, body) values (1, '{}', x'7b7d');
		`);
		db.close();
		const options = { quarantine: { maxCount: 100, maxBytes: 1e6 } };
		for (const answer of [undefined, "{}"]) {
			const store = await openSqlite(ground.file, options);
			try {
				const old = await store.get("old");
				expect(old).to.include({ sizeBytes: 4 });
				expect(old?.state).to.equal(
					answer === undefined ? "delivered" : "received",
				);
				expect(old).to.not.have.property("answer");
				const id = `new ${answer}`;
				await store.put([delivery({ id, state: "delivered", answer })]);
				expect((await store.get(id))?.answer).to.equal(answer);
				expect(await store.replay({ ids: ["old"] })).to.equal(
					answer === undefined ? 1 : 0,
				);
			} finally {
				await store.close();
			}
		}
	});

	it("brings up an inbox that is empty", () => {
		make(0);
		const handle = ground.start();
		try {
			expect(
				handle.core
					.put([delivery({ dedupeKey: "k" }), delivery({ dedupeKey: "k" })], 0)
					.map(({ isDuplicate }) => isDuplicate),
			).to.deep.equal([false, true]);
		} finally {
			handle.close();
		}
	});
});
