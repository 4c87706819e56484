import { createRequire } from "node:module";

/** A bound value of a statement. */
export type SqlValue = string | number | Uint8Array | null;

/** A prepared statement. The objects of both drivers fit this type. */
export interface Statement {
	run(...values: SqlValue[]): {
		readonly changes: number | bigint;
		readonly lastInsertRowid: number | bigint;
	};
	/**
	 * Returns the first row. The hot statements without rows are run by this too: `run` makes an object for each call, to report
	 * what changed.
	 */
	get(...values: SqlValue[]): unknown;
	all(...values: SqlValue[]): unknown[];
	/** Rows as arrays instead of objects. */
	setReturnArrays(isWanted: boolean): void;
}

/**
 * An open SQLite file: the used part of `node:sqlite`'s DatabaseSync. The owner of a statement MUST keep a reference to the
 * database: `@photostructure/sqlite` closes a database that only its statements reference.
 */
export interface Database {
	exec(sql: string): void;
	prepare(sql: string): Statement;
	close(): void;
}

/** A way to open SQLite files. */
export interface Driver {
	readonly name: "node:sqlite" | "@photostructure/sqlite";
	open(path: string): Database;
}

/**
 * Returns the driver for this Node version: its own from SQLite 3.51.3 on, the first version without the WAL-reset bug (two
 * connections, one of which checkpoints, could corrupt the file: sqlite.org, release 3.51.3). Otherwise the package, which
 * contains a newer SQLite.
 */
export function loadDriver(): Driver {
	const builtIn = loadBuiltIn();
	if (builtIn !== undefined) {
		const { DatabaseSync } = builtIn;
		if (isSound(versionOf(new DatabaseSync(":memory:"))))
			return { name: "node:sqlite", open: (path) => new DatabaseSync(path) };
	}
	const { DatabaseSync } = createRequire(import.meta.url)(
		"@photostructure/sqlite",
	) as SqliteModule;
	return {
		name: "@photostructure/sqlite",
		open: (path) => new DatabaseSync(path),
	};
}

/** Returns SQLite's primary result code of an error, such as 13 for a full disk. Undefined for other errors. */
export function resultCode(error: unknown): number | undefined {
	const code = (error as { readonly errcode?: unknown } | undefined)?.errcode;
	return typeof code === "number" ? code & 0xff : undefined;
}

/** Primary result codes (sqlite.org/rescode.html). */
export const RESULT = {
	BUSY: 5,
	READONLY: 8,
	IOERR: 10,
	CORRUPT: 11,
	FULL: 13,
	CANTOPEN: 14,
	NOTADB: 26,
} as const;

// --- helpers ---

interface SqliteModule {
	readonly DatabaseSync: new (path: string) => Database;
}

/** Loads Node's own module. Returns undefined if this Node has none. */
function loadBuiltIn(): SqliteModule | undefined {
	// Node 22 warns that it is experimental. Users cannot do anything about that.
	const { emitWarning } = process;
	process.emitWarning = () => {};
	try {
		return process.getBuiltinModule?.("node:sqlite") as unknown as
			| SqliteModule
			| undefined;
	} finally {
		process.emitWarning = emitWarning;
	}
}

function versionOf(memory: Database): string {
	const row = memory.prepare("select sqlite_version() as version").get();
	memory.close();
	return (row as { readonly version: string }).version;
}

function isSound(version: string): boolean {
	const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
	return major * 1e6 + minor * 1e3 + patch >= 3_051_003;
}
