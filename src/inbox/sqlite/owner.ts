import { InboxOpenError } from "../port/open-error.ts";
import { type Database, type Driver, RESULT, resultCode } from "./driver.ts";
import { type FileOptions, makePrivateFile, openFile } from "./file.ts";
import { readNumber } from "./schema.ts";

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

// --- helpers ---

function ownerOf(db: ReturnType<Driver["open"]>): string {
	try {
		const pid = readNumber(db, "user_version");
		return pid === 0 ? "" : ` (process ${pid})`;
	} catch {
		// It is being written this moment.
		return "";
	}
}
