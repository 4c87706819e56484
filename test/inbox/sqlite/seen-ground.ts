import { SqliteCore } from "../../../src/inbox/sqlite/core.ts";
import { type Database, loadDriver } from "../../../src/inbox/sqlite/driver.ts";
import { openFile } from "../../../src/inbox/sqlite/open-file.ts";
import type { SeenOptions } from "../../../src/inbox/sqlite/seen.ts";
import { START } from "../contract/ground.ts";
import { createSqliteGround, type SqliteGround } from "../sqlite-ground.ts";

/** A core on a file, with a look into its tables. */
export interface SeenHandle {
	readonly core: SqliteCore;
	readonly db: Database;
	/** All that happens from now on is rolled back. */
	isFailing: boolean;
	/** How many entries the table has, and up to where it knows the rows. */
	table(): { readonly entries: number; readonly mark: number };
	close(): void;
}

/** An empty folder, and cores on the one file in it. */
export interface SeenGround extends Omit<SqliteGround, "open"> {
	start(options?: {
		readonly isOwner?: boolean;
		readonly pace?: SeenOptions;
		readonly maxHeld?: number;
		/** Default the one file of the ground. */
		readonly file?: string;
	}): SeenHandle;
}

const driver = loadDriver();

export async function createSeenGround(): Promise<SeenGround> {
	const ground = await createSqliteGround();
	return {
		...ground,
		start({
			isOwner = true,
			pace = PACE,
			maxHeld = 100,
			file = ground.file,
		} = {}) {
			let db: Database | undefined;
			const handle = { isFailing: false };
			const core = new SqliteCore({
				open: () => {
					db = openFile(driver, file, { mustExist: false });
					return db;
				},
				quarantine: { maxCount: maxHeld, maxBytes: 1e6 },
				isOwner,
				now: START,
				seen: pace,
				beforeCommit() {
					if (handle.isFailing) throw new Error("not this one");
				},
			});
			const opened = db as unknown as Database;
			return Object.assign(handle, {
				core,
				db: opened,
				table: () =>
					opened
						.prepare(
							"select (select count(*) from seen) as entries, (select seq from seen_mark) as mark",
						)
						.get() as { readonly entries: number; readonly mark: number },
				close: () => core.close(),
			});
		},
	};
}

/** Small, so that a test merges often. */
export const PACE: SeenOptions = { generation: 8, every: 2 };
