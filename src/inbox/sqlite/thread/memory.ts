import type { InboxStore, StoreOptions } from "../../port/store.ts";
import { SqliteCore } from "../core.ts";
import { type Database, loadDriver } from "../driver.ts";
import { createClock } from "../open.ts";
import { migrate, readNumber } from "../schema.ts";
import { createStore } from "../store.ts";
import { type LinkEvents, Session, type ThreadLink } from "./client.ts";
import { createRunner } from "./operations.ts";
import type { News, ThreadData } from "./wire.ts";

/**
 * Opens an inbox in memory: the engine of the SQLite file, with a database that ends with the process. It never waits for a
 * disk, so it needs no thread.
 *
 * @param open opens the database. Default: a new and empty one
 */
export async function openMemory(
	{
		quarantine,
		maxBytes,
		onCommit,
		onEvicted,
		clock = createClock(),
	}: StoreOptions,
	open: () => Database = openDatabase,
): Promise<InboxStore> {
	let db: Database | undefined;
	const remember = (): Database => {
		db = open();
		return db;
	};
	const session = await Session.open({
		data: {
			file: "in memory",
			isOwner: true,
			mustExist: false,
			quarantine,
			maxBytes,
		},
		onCommit,
		onEvicted,
		clock,
		// No other process can write to it.
		pollMs: undefined,
		start: async (data, events) => startHere(data, events, remember),
	});
	const sizeBytes = (): number =>
		db === undefined
			? 0
			: readNumber(db, "page_count") * readNumber(db, "page_size");
	const store = createStore(session, { engine: "memory", sizeBytes });
	return { ...store, isVolatile: true };
}

/** Opens a new and empty database in memory with the current schema. */
export function openDatabase(): Database {
	const db = loadDriver().open(":memory:");
	db.exec("pragma auto_vacuum = incremental; pragma temp_store = memory");
	migrate(db);
	return db;
}

// --- helpers ---

/** Runs the operations of `thread.ts` in this thread. */
function startHere(
	{ isOwner, quarantine, maxBytes, now }: ThreadData,
	events: LinkEvents,
	open: () => Database,
): ThreadLink {
	const core = new SqliteCore({ open, isOwner, quarantine, maxBytes, now });
	const run = createRunner(core);
	const tell = ({ fill, routes, evicted, pauses, commit }: News): void => {
		if (pauses) events.onPauses();
		if (fill.length > 0) events.onFill(fill);
		if (evicted !== undefined) events.onEvicted(evicted);
		if (commit !== undefined) events.onCommit(commit);
		if (routes !== undefined) events.onRoutes(routes);
	};
	tell(core.takeNews());
	return {
		isDead: false,
		async ask(name, args, now) {
			try {
				return run({ args, now }, name);
			} finally {
				tell(core.takeNews());
			}
		},
		async close() {
			core.close();
		},
	};
}
