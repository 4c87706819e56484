import { InboxOpenError } from "../port/open-error.ts";
import type { Database, Driver } from "./driver.ts";
import { type FileOptions, openFile } from "./open-file.ts";
import { type OwnerLock, takeOwnerLock } from "./owner-lock.ts";

/** A file and the mark of its one router. */
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
