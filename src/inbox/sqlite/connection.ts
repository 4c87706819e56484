import type { Database, Statement } from "./driver.ts";

/**
 * How durable a commit is when it returns. `full`: it survives a power cut. `normal`: it survives the end of the process. A power cut may
 * undo the last `normal` commits, newest first and each as a whole; the next `full` commit makes all before it durable.
 */
export type Durability = "full" | "normal";

/** A connection whose transactions choose how durable they are. */
export interface Connection {
	readonly db: Database;
	/** Runs all of it or nothing. Throws what `work` and SQLite throw, after the rollback. */
	write<T>(durability: Durability, work: () => T): T;
	close(): void;
}

/**
 * Prepares an open database for work.
 *
 * @param beforeCommit for tests: runs at the end of each transaction, with the value of `PRAGMA synchronous`
 */
export function createConnection(
	db: Database,
	beforeCommit?: (synchronous: number) => void,
): Connection {
	const begin = db.prepare("begin immediate");
	const commit = db.prepare("commit");
	// WAL: FULL syncs the log at each commit, NORMAL only at checkpoints (sqlite.org/pragma.html#pragma_synchronous).
	const levels: Readonly<Record<Durability, string>> = {
		full: "pragma synchronous = full",
		normal: "pragma synchronous = normal",
	};
	let level: Durability = "full";
	db.exec(levels[level]);
	const synchronous: Statement | undefined =
		beforeCommit && db.prepare("pragma synchronous");

	return {
		db,
		write(durability, work) {
			if (durability !== level) {
				db.exec(levels[durability]);
				level = durability;
			}
			begin.run();
			try {
				const result = work();
				if (synchronous !== undefined) {
					const row = synchronous.get() as { readonly synchronous: number };
					beforeCommit?.(row.synchronous);
				}
				commit.run();
				return result;
			} catch (error) {
				rollBack(db);
				throw error;
			}
		},
		close() {
			db.close();
		},
	};
}

// --- helpers ---

/** SQLite has rolled back by itself after some errors; a second time is then refused, which says nothing new. */
function rollBack(db: Database): void {
	try {
		db.exec("rollback");
	} catch {}
}
