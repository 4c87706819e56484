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

/** A file and the lock of its one router. */
export interface OwnedFile {
	readonly db: Database;
	readonly lock: OwnerLock;
}

/** Opens a file for the one router that works on it, and brings it up to this version. Throws InboxOpenError. */
export function openAsOwner(
	driver: Driver,
	file: string,
	{ mustExist }: Pick<FileOptions, "mustExist">,
): OwnedFile {
	let db: Database | undefined;
	let lock: OwnerLock | undefined;
	try {
		// The file first: it makes the folder, and its faults are the plainer ones.
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
 * Opens a file for a command. An older file is brought up only where no router works on it: that router would meet tables that it does
 * not know. Throws InboxOpenError.
 */
export function openBeside(
	driver: Driver,
	file: string,
	{ mustExist }: Pick<FileOptions, "mustExist">,
): Database {
	return openFile(driver, file, {
		mustExist,
		bringUp(work) {
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
 * Takes `<file>.owner`: a small SQLite file whose write lock the router has as long as it lives. The lock is the system's, so it ends
 * with the process, however that ends. The file's header holds the process id, which others may read meanwhile.
 *
 * Throws InboxOpenError where another one has it.
 */
export function takeOwnerLock(driver: Driver, file: string): OwnerLock {
	const path = `${file}.owner`;
	let db: ReturnType<Driver["open"]> | undefined;
	try {
		makePrivateFile(path);
		db = driver.open(path);
		db.exec("pragma busy_timeout = 0; begin immediate");
		db.exec(`pragma user_version = ${process.pid}; commit`);
		// Another one may slip in here; then this begin is refused, and only one goes on.
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
 * The room that an inbox's file may take where nobody says: what it takes now, and half of what its disk has free. Undefined
 * where the system does not say how much that is.
 */
export async function defaultRoom(file: string): Promise<number | undefined> {
	for (let folder = dirname(file); ; folder = dirname(folder)) {
		try {
			const { bavail, bsize } = await statfs(folder);
			const bytes = sizeOf(file) + Math.floor((bavail * bsize) / 2);
			return Number.isSafeInteger(bytes) ? bytes : undefined;
		} catch {
			// Not made yet: the disk is that of the folder around it.
			if (folder === dirname(folder)) return undefined;
		}
	}
}

/**
 * Makes a file for its owner alone (mode 0600), unless it is there. SQLite gives its log the mode of the file. Throws
 * InboxOpenError for a link that leads nowhere: SQLite would follow it, and make what others may read. Throws what the
 * system says where it cannot be made.
 */
export function makePrivateFile(path: string): void {
	try {
		// Nobody has this file open: closing it drops no lock.
		closeSync(openSync(path, "wx", 0o600));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
		// There, or made by another process meanwhile.
		const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
		if (isThere || !lstatSync(path).isSymbolicLink()) return;
		throw new InboxOpenError(
			`${path} is a link to a file that is not there: make that file (mode 0600), or name it in inbox.store instead of the link`,
			{ cause: error },
		);
	}
}

/** Says which files of an inbox others than their owner may read or write, and what to do; undefined where there is none. */
export function describeExposure(file: string): string | undefined {
	// There the mode says nothing about who may read.
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

/** Reading and writing, by the group and by all. */
const OTHERS = 0o066;

function ownerOf(db: ReturnType<Driver["open"]>): string {
	try {
		const pid = readNumber(db, "user_version");
		return pid === 0 ? "" : ` (process ${pid})`;
	} catch {
		// It is being written this moment.
		return "";
	}
}
