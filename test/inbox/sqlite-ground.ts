import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqlite, type SqliteOptions } from "../../src/inbox/sqlite/open.ts";
import type { Ground } from "./contract/ground.ts";

/** An empty folder in which an inbox's file is made. */
export interface SqliteGround extends Ground {
	readonly folder: string;
	/** Absolute path of the inbox. */
	readonly file: string;
}

/** @param changed how each store is opened, besides what the test says */
export async function createSqliteGround(
	changed: Partial<SqliteOptions> = {},
): Promise<SqliteGround> {
	const folder = await mkdtemp(join(tmpdir(), "switchhook-inbox-"));
	const file = join(folder, "inbox.db");
	return {
		folder,
		file,
		open: (options) => openSqlite(file, { ...options, ...changed }),
		remove: () => rm(folder, { recursive: true, force: true }),
	};
}
