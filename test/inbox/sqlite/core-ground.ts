import { type Engine, SqliteCore } from "../../../src/inbox/sqlite/core.ts";
import { type Database, loadDriver } from "../../../src/inbox/sqlite/driver.ts";
import { openFile } from "../../../src/inbox/sqlite/file.ts";
import { dedupeHash } from "../../../src/inbox/sqlite/queue/dedupe.ts";
import { createOperations } from "../../../src/inbox/sqlite/thread/operations.ts";
import { START } from "../contract/ground.ts";
import { createSqliteGround, type SqliteGround } from "../sqlite-ground.ts";

/** A core on a file, with a look into its tables. */
export interface CoreHandle {
	readonly core: AskedCore;
	readonly db: Database;
	/** All that happens from now on is rolled back. */
	isFailing: boolean;
	close(): void;
}

/** An empty folder, and cores on the one file in it. */
export interface CoreGround extends Omit<SqliteGround, "open"> {
	start(options?: {
		readonly isOwner?: boolean;
		readonly maxQuarantined?: number;
		/** Default the one file of the ground. */
		readonly file?: string;
	}): CoreHandle;
}

const driver = loadDriver();

export async function createCoreGround(): Promise<CoreGround> {
	const ground = await createSqliteGround();
	return {
		...ground,
		start({ isOwner = true, maxQuarantined = 100, file = ground.file } = {}) {
			let db: Database | undefined;
			const handle = { isFailing: false };
			const core = new SqliteCore({
				open: () => {
					db = openFile(driver, file, { mustExist: false });
					return db;
				},
				quarantine: { maxCount: maxQuarantined, maxBytes: 1e6 },
				isOwner,
				now: START,
				beforeCommit() {
					if (handle.isFailing) throw new Error("not this one");
				},
			});
			return Object.assign(handle, {
				core: askedCore(core),
				db: db as unknown as Database,
				close: () => core.close(),
			});
		},
	};
}

/** A core that is asked as the thread asks it. */
export type AskedCore = ReturnType<typeof askedCore>;

export function askedCore(core: SqliteCore) {
	return {
		...createOperations(core),
		/** Routes that may have work of which nobody was told. */
		poll: (now: number) => [...new Set(core.findUntold(now))],
		/** Deliveries that are unfinished. */
		unfinished: () => core.takeNews().fill[0],
		read: <T>(now: number, work: (engine: Engine) => T) => core.read(now, work),
		close: () => core.close(),
	};
}

/** The entries that `seen` has, and those that the deliveries call for: they MUST be the same. */
export function seenEntries(db: Database): {
	readonly found: readonly string[];
	readonly wanted: readonly string[];
} {
	const rows = (sql: string) =>
		db.prepare(sql).all() as { hash: number; key: string; seq: number }[];
	return {
		found: rows("select hash, seq from seen order by seq, hash").map(
			({ hash, seq }) => `${hash} ${seq}`,
		),
		wanted: rows(
			"select seq, dedupe_key as key from delivery where dedupe_key is not null and state <> 5 order by seq",
		).map(({ key, seq }) => `${dedupeHash(key)} ${seq}`),
	};
}
