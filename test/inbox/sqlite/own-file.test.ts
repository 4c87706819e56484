import { readFileSync } from "node:fs";
import { expect } from "chai";
import { InboxOpenError } from "../../../src/inbox/port/open-error.ts";
import { loadDriver } from "../../../src/inbox/sqlite/driver.ts";
import { takeOwnerLock } from "../../../src/inbox/sqlite/file.ts";
import { openSqlite } from "../../../src/inbox/sqlite/open.ts";
import {
	migrate,
	SCHEMA_VERSION,
	versionOf,
} from "../../../src/inbox/sqlite/schema.ts";
import { createSqliteGround, type SqliteGround } from "../sqlite-ground.ts";

const OPTIONS = { quarantine: { maxCount: 10, maxBytes: 1e6 } };
const driver = loadDriver();

describe("a file of an older version", () => {
	let ground: SqliteGround;

	beforeEach(async () => {
		ground = await createSqliteGround({ owner: false });
		const db = driver.open(ground.file);
		migrate(db, 1);
		db.exec("pragma journal_mode = wal");
		db.close();
	});
	afterEach(() => ground.remove());

	const version = () => {
		const db = driver.open(ground.file);
		try {
			return versionOf(db);
		} finally {
			db.close();
		}
	};

	it("is brought up by the router that owns it", async () => {
		await (await openSqlite(ground.file, OPTIONS)).close();
		expect(version()).to.equal(SCHEMA_VERSION);
	});

	it("is brought up by a command where no router works on it", async () => {
		await (await ground.open(OPTIONS)).close();
		expect(version()).to.equal(SCHEMA_VERSION);
		// The mark of the owner is free again.
		takeOwnerLock(driver, ground.file).release();
	});

	it("is left alone by a command beside a router that runs", async () => {
		const lock = takeOwnerLock(driver, ground.file);
		try {
			const before = readFileSync(ground.file);
			const error = await ground.open(OPTIONS).then(
				() => expect.fail("it was opened"),
				(thrown: unknown) => thrown,
			);
			expect(error).to.be.instanceOf(InboxOpenError);
			expect((error as Error).message)
				.to.include(ground.file)
				.and.include(`process ${process.pid}`)
				.and.include("an older Switchhook")
				.and.include("nothing was changed");
			expect(readFileSync(ground.file).equals(before)).to.equal(true);
			expect(version()).to.equal(1);
		} finally {
			lock.release();
		}
	});
});
