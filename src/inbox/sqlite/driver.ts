import { createRequire } from "node:module";

/** A value that a statement is bound to. */
export type SqlValue = string | number | Uint8Array | null;

/** A prepared statement. Engine objects of both drivers fit. */
export interface Statement {
	run(...values: SqlValue[]): {
		readonly changes: number | bigint;
		readonly lastInsertRowid: number | bigint;
	};
	get(...values: SqlValue[]): unknown;
	all(...values: SqlValue[]): unknown[];
	/** Rows as arrays instead of objects. */
	setReturnArrays(isWanted: boolean): void;
}

/**
 * An open SQLite file: the part of `node:sqlite`'s DatabaseSync that is used here. The owner of a statement MUST
 * keep the database referenced: `@photostructure/sqlite` closes one that only its statements refer to.
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
 * The driver that fits this Node: its own from SQLite 3.51.3 on, which is the first without the WAL-reset bug (two connections,
 * one of which checkpoints, could corrupt the file: sqlite.org, release 3.51.3); else the package, which brings a newer one.
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

/** SQLite's primary result code of an error, such as 13 for a full disk; undefined where the error is not SQLite's. */
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

/** Node's own module; undefined where this Node has none. */
function loadBuiltIn(): SqliteModule | undefined {
	// Node 22 warns that it is experimental; a user can do nothing about that.
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
