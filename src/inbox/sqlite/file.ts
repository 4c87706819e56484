import {
	chmodSync,
	closeSync,
	lstatSync,
	mkdirSync,
	openSync,
	statSync,
} from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { InboxOpenError } from "../port/open-error.ts";
import { type Database, type Driver, RESULT, resultCode } from "./driver.ts";
import {
	APPLICATION_ID,
	migrate,
	readNumber,
	SCHEMA_VERSION,
	versionOf,
} from "./schema.ts";

/** How a file is opened. */
export interface FileOptions {
	/** Refuses a missing file instead of creating it. */
	readonly mustExist: boolean;
	/** Runs the migration of the file to this version. Not called for a current file. Default: runs it at once. */
	readonly bringUp?: (work: () => void) => void;
}

/**
 * Opens an inbox's file, creates it (mode 0600) and its folder (0700) if they are missing, and migrates it to this version.
 * Throws InboxOpenError for a file that is not an inbox, is damaged, has a newer version, or cannot be written. Never
 * overwrites a file.
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
		// Only for a new file: on a file with tables it would write again.
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

/** A file and the lock of its one router. */
export interface OwnedFile {
	readonly db: Database;
	readonly lock: OwnerLock;
}

/** Opens a file for the one router that works on it, and migrates it to this version. Throws InboxOpenError. */
export function openAsOwner(
	driver: Driver,
	file: string,
	{ mustExist }: Pick<FileOptions, "mustExist">,
): OwnedFile {
	let db: Database | undefined;
	let lock: OwnerLock | undefined;
	try {
		// Opens the file first, because that creates the folder, and its errors are clearer.
		db = openFile(driver, file, {
			mustExist,
			bringUp(work) {
				lock = takeOwnerLock(driver, file);
				work();
			},
		});
		return { db, lock: lock ?? takeOwnerLock(driver, file) };
	} catch (error) {
		db?.close();
		lock?.release();
		throw error;
	}
}

/**
 * Opens a file for a command. Migrates an older file only if no router works on it, because that router would not know the new
 * tables. Throws InboxOpenError.
 */
export function openBeside(
	driver: Driver,
	file: string,
	{
		mustExist,
		isReader = false,
	}: Pick<FileOptions, "mustExist"> & {
		/** Refuses an older file. */
		readonly isReader?: boolean;
	},
): Database {
	return openFile(driver, file, {
		mustExist,
		bringUp(work) {
			if (isReader)
				throw new InboxOpenError(`${file} is as an older Switchhook wrote it`);
			let lock: OwnerLock;
			try {
				lock = takeOwnerLock(driver, file);
			} catch (error) {
				throw new InboxOpenError(
					`${file} is as an older Switchhook wrote it, and cannot be brought up now (${(error as Error).message}): start the router as this version first, or run the command of the version that runs; nothing was changed`,
					{ cause: error },
				);
			}
			try {
				work();
			} finally {
				lock.release();
			}
		},
	});
}

/** The lock of the one router that works on a file. */
export interface OwnerLock {
	release(): void;
}

/**
 * Takes `<file>.owner`: a small SQLite file whose write lock the router holds as long as it lives. It is a lock of the system,
 * so it ends with the process in any case. The file's header contains the process id, which other processes can read meanwhile.
 *
 * Throws InboxOpenError if another router holds it.
 */
export function takeOwnerLock(driver: Driver, file: string): OwnerLock {
	const path = `${file}.owner`;
	let db: ReturnType<Driver["open"]> | undefined;
	try {
		makePrivateFile(path);
		db = driver.open(path);
		db.exec("pragma busy_timeout = 0; begin immediate");
		db.exec(`pragma user_version = ${process.pid}; commit`);
		// Another process may take the lock here. Then this BEGIN fails, and only one continues.
		db.exec("begin immediate");
		const locked = db;
		return { release: () => locked.close() };
	} catch (error) {
		if (error instanceof InboxOpenError) throw error;
		const isTaken = resultCode(error) === RESULT.BUSY;
		const owner = isTaken && db !== undefined ? ownerOf(db) : "";
		db?.close();
		throw new InboxOpenError(
			isTaken
				? `another router${owner} works on ${file}: end that one, give this one a file of its own, or share an inbox through PostgreSQL (inbox.store: postgres://…)`
				: `${path} cannot be locked (${(error as Error).message}): let the router write in this folder, and remove the file if it is damaged`,
			{ cause: error },
		);
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

/**
 * Returns the default size limit of an inbox's file: its current size plus half of the free space of its disk. Undefined if the
 * system does not report the free space.
 */
export async function defaultRoom(file: string): Promise<number | undefined> {
	for (let folder = dirname(file); ; folder = dirname(folder)) {
		try {
			const { bavail, bsize } = await statfs(folder);
			const bytes = sizeOf(file) + Math.floor((bavail * bsize) / 2);
			return Number.isSafeInteger(bytes) ? bytes : undefined;
		} catch {
			// The file does not exist yet, so its parent folder determines the disk.
			if (folder === dirname(folder)) return undefined;
		}
	}
}

/**
 * Creates a file for its owner only (mode 0600), unless it exists. SQLite gives its log the mode of the file. Throws
 * InboxOpenError for a dangling link: SQLite would follow it, and create a file that others may read. Throws the system's error
 * if the file cannot be created.
 */
export function makePrivateFile(path: string): void {
	try {
		// No other code has this file open, so closing it drops no lock.
		closeSync(openSync(path, "wx", 0o600));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
		// The file exists, or another process has just created it.
		const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
		if (isThere || !lstatSync(path).isSymbolicLink()) return;
		throw new InboxOpenError(
			`${path} is a link to a file that is not there: make that file (mode 0600), or name it in inbox.store instead of the link`,
			{ cause: error },
		);
	}
}

/** Lists the files of an inbox that other users may read or write, with advice. Undefined if there are none. */
export function describeExposure(file: string): string | undefined {
	// On this system the mode does not control access.
	if (process.platform === "win32") return undefined;
	const exposed = ["", "-wal", "-shm"]
		.map((ending) => file + ending)
		.filter((path) => {
			const found = statSync(path, { throwIfNoEntry: false });
			return found !== undefined && (found.mode & OTHERS) !== 0;
		});
	if (exposed.length === 0) return undefined;
	const names = exposed.join(" ");
	return `others may read what the inbox holds: run \`chmod 600 ${names}\``;
}

// --- helpers ---

/**
 * fullfsync matters only on macOS, whose fsync does not reach the disk's platter (sqlite.org/pragma.html#pragma_fullfsync). The
 * checkpoint comes at 16 MiB of log: pages that many puts change are then written once, and fewer than one put in a hundred
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

/** The limit for a complete check, whose time grows with the file: about 100 ms at 16 MiB. */
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
	// Reads the header, which reveals a file that is not an SQLite database.
	db.exec("pragma schema_version");
}

function isEmpty(db: Database): boolean {
	return db.prepare("select 1 from sqlite_master limit 1").get() === undefined;
}

/** Refuses a file of another program, or of a newer version, before anything is written. */
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

/** SQLite silently opens a file that it may not write. */
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
			return `${file} is not an inbox (${why}): name another file in inbox.store; nothing was changed`;
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

/** Reading and writing, by the group and by all. */
const OTHERS = 0o066;

function ownerOf(db: ReturnType<Driver["open"]>): string {
	try {
		const pid = readNumber(db, "user_version");
		return pid === 0 ? "" : ` (process ${pid})`;
	} catch {
		// Another process is writing it at this moment.
		return "";
	}
}
