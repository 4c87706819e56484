import { closeSync, lstatSync, openSync, statSync } from "node:fs";
import { InboxOpenError } from "../port/open-error.ts";

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

/** Reading and writing, by the group and by all. */
const OTHERS = 0o066;
