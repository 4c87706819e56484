import { InboxOpenError } from "../port/open-error.ts";
import { type Driver, RESULT, resultCode } from "./driver.ts";
import { makePrivateFile } from "./private-file.ts";
import { readNumber } from "./schema.ts";

/** The mark of the one router that works on a file. */
export interface OwnerLock {
	release(): void;
}

/**
 * Takes `<file>.owner`: a small SQLite file whose write lock is held as long as the router lives. The lock is the system's, so it is gone
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
		const held = db;
		return { release: () => held.close() };
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
