import type { StoreOptions } from "../port/store.ts";
import { readAddress } from "./connect/address.ts";
import { createConnections } from "./connect/connections.ts";
import { type Driver, loadDriver } from "./connect/driver.ts";
import { migrate } from "./migrate.ts";
import {
	createStore,
	DEFAULT_TIMES,
	type PostgresStore,
	type StoreTimes,
} from "./store.ts";

/** The options of PostgreSQL besides those of every engine. */
export interface PostgresOptions extends StoreOptions {
	/** True (default) for a router; false for a command, which changes no older tables. */
	readonly owner?: boolean;
	/** True for a worker, which has one connection for each purpose. Default false. */
	readonly isOneOfMany?: boolean;
	/** Refuses missing tables and those of another version, for a command that only reads. Default false. */
	readonly isReader?: boolean;
	/** Waits of the engine; each has a default. */
	readonly times?: Partial<StoreTimes>;
	/** Between two looks at all hosts of the URL, in milliseconds, if there are several. Default 10 s. */
	readonly watchMs?: number;
	/** True if a spool takes what is not put in time, so that puts give up earlier and together. Default false. */
	readonly hasSpool?: boolean;
	/** Loads the driver; default the package `pg`. */
	readonly loadDriver?: () => Promise<{ readonly default: Driver }>;
}

/**
 * Opens the inbox in a PostgreSQL database (13 or newer), and creates missing tables. The URL has the form of `pg`, with
 * `?schema=` for the schema, default `switchhook`. Throws InboxOpenError if the driver is missing, the server cannot be
 * reached, refuses the role, or has a newer version. The password is in no message.
 */
export async function openPostgres(
	url: string,
	options: PostgresOptions,
): Promise<PostgresStore> {
	const address = readAddress(url);
	const driver = await loadDriver(options.loadDriver);
	const connections = createConnections(driver, address, {
		isOneOfMany: options.isOneOfMany ?? false,
		watchMs: options.watchMs,
		onWarning: options.onWarning,
	});
	try {
		await migrate(connections, address, {
			isRouter: options.owner ?? true,
			isReader: options.isReader ?? false,
		});
		return await createStore(connections, {
			schema: address.schema,
			quarantine: options.quarantine,
			maxBytes: options.maxBytes,
			onCommit: options.onCommit,
			onEvicted: options.onEvicted,
			clock: options.clock,
			times: { ...DEFAULT_TIMES, ...options.times },
			hasSpool: options.hasSpool ?? false,
		});
	} catch (error) {
		await connections.close();
		throw error;
	}
}
