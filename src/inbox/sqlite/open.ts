import { resolve } from "node:path";
import type { InboxStore, StoreOptions } from "../port/store.ts";
import { Session } from "./client.ts";
import { describeExposure } from "./file.ts";
import { createStore } from "./store.ts";

/** How an SQLite file is opened. */
export interface SqliteOptions extends StoreOptions {
	/**
	 * True (default) for the one router of the file: it leases and settles, and returns what a former one had leased. False for a
	 * command beside a router that may be running.
	 */
	readonly owner?: boolean;
	/** Refuses a file that is not there instead of making it; default false. */
	readonly mustExist?: boolean;
	/** Milliseconds between looks whether a command wrote to the file; default 1000. Only the owner looks. */
	readonly pollMs?: number;
	/** Milliseconds that a put waits for the disk before it is refused; default 5000. */
	readonly putLimitMs?: number;
}

/**
 * Opens the inbox in a file; a relative path starts from the working folder.
 *
 * Rejects with InboxOpenError for a file that is no inbox, is damaged, of a newer version, cannot be written, or is another router's.
 */
export async function openSqlite(
	file: string,
	options: SqliteOptions,
): Promise<InboxStore> {
	const { owner = true, mustExist = false } = options;
	const session = await Session.open({
		data: {
			file: resolve(file),
			isOwner: owner,
			mustExist,
			quarantine: options.quarantine,
			maxBytes: options.maxBytes,
		},
		onEvicted: options.onEvicted,
		clock: options.clock ?? createClock(),
		pollMs: owner ? (options.pollMs ?? 1000) : undefined,
	});
	const exposure = describeExposure(session.file);
	if (exposure !== undefined) options.onWarning?.(exposure);
	return createStore(session, { putLimitMs: options.putLimitMs });
}

/**
 * Tells the time, milliseconds since the epoch: the system's at the start, and from then on what a steady clock adds. Setting the
 * system's time moves neither leases nor retries; the next start takes it over.
 */
export function createClock(): () => number {
	const start = Date.now() - performance.now();
	return () => start + performance.now();
}
