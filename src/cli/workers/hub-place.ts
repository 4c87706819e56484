import { chmod, lstat, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Settings } from "../../config/settings.ts";
import { shortenSocketPath } from "../../http/control-socket.ts";
import { CannotRun } from "../io.ts";

/** The socket between the workers and the owner of an SQLite file, which is the inbox or the spool. */
export interface HubPlace {
	/** As this process names it. Empty for another store. */
	readonly path: string;
	/** As the workers name it. */
	readonly workerPath: string;
	remove(): Promise<void>;
}

/** The place where no file is shared. */
export const NO_HUB: HubPlace = {
	path: "",
	workerPath: "",
	remove: async () => {},
};

/** Makes the private folder of the socket, beside the file. */
export async function makeHub({
	inbox: { store, spoolFile },
}: Settings): Promise<HubPlace> {
	const file = store.type === "sqlite" ? store.file : spoolFile;
	if (file === undefined) return NO_HUB;
	const folder = `${file}.workers`;
	await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
	await mkdir(folder, { mode: 0o700 }).catch(async (error) => {
		// A router that was killed left it. A link could lead elsewhere.
		const isFolder = (
			await lstat(folder).catch(() => undefined)
		)?.isDirectory();
		if (isFolder !== true)
			throw new CannotRun(
				`${folder} cannot be created (${error.message}). Let the router write beside ${store.type === "sqlite" ? "its inbox" : "its spool"}.`,
			);
		await chmod(folder, 0o700);
	});
	const workerPath = join(folder, "inbox.sock");
	const short = await shortenSocketPath(workerPath);
	return {
		path: short.path,
		workerPath,
		async remove() {
			await rm(folder, { recursive: true, force: true });
			await short.release();
		},
	};
}
