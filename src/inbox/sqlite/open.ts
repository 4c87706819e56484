import { resolve } from "node:path";
import type { InboxStore, StoreOptions } from "../port/store.ts";
import { describeExposure } from "./file.ts";
import { createStore } from "./store.ts";
import { Session } from "./thread/client.ts";

/** The options of opening an SQLite file. */
export interface SqliteOptions extends StoreOptions {
	/**
	 * True (default) for the one router of the file: it leases and settles, and returns the leases of a previous router. False
	 * for a command, beside which a router may be running.
	 */
	readonly owner?: boolean;
	/** Refuses a missing file instead of creating it. Default false. */
	readonly mustExist?: boolean;
	/** Refuses tables of another version instead of migrating them, for a command that only reads. Default false. */
	readonly isReader?: boolean;
	/** The milliseconds between checks whether a command wrote to the file. Default 500, so that a pause takes effect within a second. Only the owner checks. */
	readonly pollMs?: number;
	/** The milliseconds that a put waits for the disk before it is refused. Default 5000. */
	readonly putLimitMs?: number;
	/** The path of a socket on which the workers of this router use the inbox too. Default: none, for a router of one process. */
	readonly hub?: string | undefined;
}

/**
 * Opens the inbox in a file. A relative path starts from the working folder.
 *
 * Rejects with InboxOpenError for a file that is not an inbox, is damaged, has a newer version, cannot be written, or is in use
 * by another router.
 */
export async function openSqlite(
	file: string,
	options: SqliteOptions,
): Promise<InboxStore> {
	const { owner = true, mustExist = false, isReader = false } = options;
	const session = await Session.open({
		data: {
			file: resolve(file),
			isOwner: owner,
			mustExist,
			isReader,
			quarantine: options.quarantine,
			maxBytes: options.maxBytes,
			hub: options.hub,
		},
		onCommit: options.onCommit,
		onEvicted: options.onEvicted,
		clock: options.clock ?? createClock(),
		pollMs: owner ? (options.pollMs ?? 500) : undefined,
	});
	const exposure = describeExposure(session.file);
	if (exposure !== undefined) options.onWarning?.(exposure);
	return createStore(session, { putLimitMs: options.putLimitMs });
}

/**
 * Returns milliseconds since the epoch: the system's time at the start plus the time of a monotonic clock. A change of the
 * system's time affects neither leases nor retries until the next start.
 */
export function createClock(): () => number {
	const start = Date.now() - performance.now();
	return () => start + performance.now();
}
