import { chmodSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { InboxOpenError } from "../port/open-error.ts";
import { type Database, type Driver, RESULT, resultCode } from "./driver.ts";
import { makePrivateFile } from "./private-file.ts";
import {
	APPLICATION_ID,
	migrate,
	readNumber,
	SCHEMA_VERSION,
	versionOf,
} from "./schema.ts";

/** How a file is opened. */
export interface FileOptions {
	/** Refuses a file that is not there instead of making it. */
	readonly mustExist: boolean;
	/** Has the work done that brings the file up to this version; not called for one that is. Default: at once. */
	readonly bringUp?: (work: () => void) => void;
}

/**
 * Opens an inbox's file, making it (mode 0600) and its folder (0700) where they are missing, and brings it up to this program's
 * version. Throws InboxOpenError for what is no inbox, is damaged, of a newer version, or cannot be written. Never overwrites anything.
 */
export function openFile(
	driver: Driver,
	file: string,
	{ mustExist, bringUp = (work) => work() }: FileOptions,
): Database {
	makeFile(file, mustExist);
	let db: Database | undefined;
	try {
		db = driver.open(file);
		connect(db);
		// Said to a file that has tables it would be written down once more.
		if (isEmpty(db)) db.exec("pragma auto_vacuum = incremental");
		else checkWhose(db, file);
		db.exec(SETTINGS);
		checkSound(db);
		const opened = db;
		if (versionOf(db) !== SCHEMA_VERSION) bringUp(() => migrate(opened));
		checkWritable(db);
		return db;
	} catch (error) {
		db?.close();
		throw error instanceof InboxOpenError ? error : explain(error, file);
	}
}

/** Bytes on disk of the file and its log. */
export function sizeOf(file: string): number {
	return ["", "-wal"].reduce(
		(sum, ending) =>
			sum + (statSync(file + ending, { throwIfNoEntry: false })?.size ?? 0),
		0,
	);
}

// --- helpers ---

/**
 * fullfsync counts on macOS only, whose fsync does not reach the disk's platter (sqlite.org/pragma.html#pragma_fullfsync). The
 * checkpoint comes at 16 MiB of log: pages that many puts touch are then written once, and fewer than one put in a hundred
 * waits for it. At 2 MiB a put took half as much CPU again.
 */
const SETTINGS = `
pragma journal_mode = wal;
pragma fullfsync = 1;
pragma checkpoint_fullfsync = 1;
pragma wal_autocheckpoint = 4000;
pragma journal_size_limit = 33554432;
pragma cache_size = -16000;
pragma temp_store = memory;
`;

/** A whole check costs time with the file's size: some 100 ms at 16 MiB. */
const CHECKED_PAGES = 4096;

function makeFile(file: string, mustExist: boolean): void {
	const found = statSync(file, { throwIfNoEntry: false });
	if (found?.isDirectory())
		throw new InboxOpenError(
			`${file} is a folder: name a file in it, such as ${file}/inbox.db`,
		);
	if (found !== undefined) return;
	if (mustExist)
		throw new InboxOpenError(
			`there is no inbox ${file}: the router makes it when it starts; look whether inbox.store names the right file`,
		);
	try {
		const folder = dirname(file);
		if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined)
			chmodSync(folder, 0o700);
		makePrivateFile(file);
	} catch (error) {
		if (error instanceof InboxOpenError) throw error;
		throw new InboxOpenError(
			`${file} cannot be made (${(error as Error).message}): let the router write in its folder, or name another file in inbox.store`,
			{ cause: error },
		);
	}
}

function connect(db: Database): void {
	db.exec("pragma busy_timeout = 5000");
	// Reads the header: here it shows what is no SQLite file at all.
	db.exec("pragma schema_version");
}

function isEmpty(db: Database): boolean {
	return db.prepare("select 1 from sqlite_master limit 1").get() === undefined;
}

/** Refuses another program's file, and one that a newer version wrote; before anything is written. */
function checkWhose(db: Database, file: string): void {
	if (readNumber(db, "application_id") !== APPLICATION_ID)
		throw new InboxOpenError(
			`${file} is an SQLite file of another program: name another file in inbox.store; nothing was changed`,
		);
	const version = versionOf(db);
	if (version > SCHEMA_VERSION)
		throw new InboxOpenError(
			`${file} was written by a newer Switchhook (inbox version ${version}, this one knows up to ${SCHEMA_VERSION}): start that version, or move its deliveries with its inbox export and this one's inbox import; nothing was changed`,
		);
}

function checkSound(db: Database): void {
	if (readNumber(db, "page_count") > CHECKED_PAGES) return;
	const [first] = db.prepare("pragma quick_check(1)").all() as {
		readonly quick_check: string;
	}[];
	const verdict = first?.quick_check ?? "ok";
	if (verdict === "ok") return;
	const why = verdict.replace("*** in database main ***", "").trim();
	throw Object.assign(new Error(why), { errcode: RESULT.CORRUPT });
}

/** SQLite opens a file that it may not write without a word. */
function checkWritable(db: Database): void {
	db.exec("begin immediate");
	db.exec(`pragma user_version = ${versionOf(db)}`);
	db.exec("commit");
}

function explain(error: unknown, file: string): InboxOpenError {
	const why = (error as Error).message;
	const code = resultCode(error);
	return new InboxOpenError(explanation(code, file, why), { cause: error });
}

function explanation(
	code: number | undefined,
	file: string,
	why: string,
): string {
	switch (code) {
		case RESULT.NOTADB:
			return `${file} is no inbox (${why}): name another file in inbox.store; nothing was changed`;
		case RESULT.CORRUPT:
			return `${file} is damaged (${why}): move it away together with ${file}-wal, then start anew or with a backup; what it holds may be read with sqlite3's .recover; nothing was changed`;
		case RESULT.READONLY:
		case RESULT.CANTOPEN:
			return `${file} cannot be written (${why}): let the router write the file and its folder, or name another file in inbox.store`;
		case RESULT.FULL:
			return `${file} cannot be written, the disk is full (${why}): make room, then start again; nothing was lost`;
		case RESULT.BUSY:
			return `${file} is locked by another program (${why}): end that one, then start again`;
		default:
			return `${file} cannot be opened (${why})`;
	}
}
