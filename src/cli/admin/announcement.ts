import { stat } from "node:fs/promises";
import type { AdminLog } from "../../admin/router.ts";
import {
	type AdminFile,
	readAdminFile,
	removeAdminFile,
	writeAdminFile,
} from "./file.ts";

/** The file by which commands find the router, from its start to its end. Its methods never throw. */
export interface Announcement {
	/** Writes the file, unless it belongs to another router that runs. */
	begin(): Promise<void>;
	/** Writes it again with the present facts, if it was written. */
	renew(): void;
	/** Removes it. */
	end(): Promise<void>;
}

/** Creates the announcement of a router. `present` returns its facts. */
export function createAnnouncement(
	path: string,
	log: AdminLog,
	present: () => AdminFile,
): Announcement {
	let isOn = false;
	// Two writes at once would take each other's draft.
	let last = Promise.resolve();
	const write = async (): Promise<void> => {
		try {
			await writeAdminFile(path, present());
		} catch (error) {
			log.warn(
				{ file: path, reason: error instanceof Error ? error.message : error },
				"the address of the admin listener could not be written. Commands cannot find it",
			);
		}
	};
	const queue = (step: () => Promise<void>): Promise<void> => {
		last = last.then(step);
		return last;
	};
	return {
		begin: () =>
			queue(async () => {
				if (await isOfAnother(path)) {
					log.warn(
						{ file: path },
						"another router of this folder runs. Commands use that one",
					);
					return;
				}
				isOn = true;
				await write();
			}),
		renew: () => void queue(async () => (isOn ? write() : undefined)),
		end: () =>
			queue(async () => {
				isOn = false;
				await removeAdminFile(path, present().token);
			}),
	};
}

// --- helpers ---

/** Returns true if the file belongs to another router that runs. */
async function isOfAnother(path: string): Promise<boolean> {
	if ((await stat(path).catch(() => undefined)) === undefined) return false;
	const found = await readAdminFile(path);
	return found !== undefined && found.pid !== process.pid;
}
