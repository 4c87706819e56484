import { createRequire } from "node:module";
import type { InboxStoreSettings } from "../config/settings.ts";
import type { Wording } from "../finding/finding.ts";
import type { InboxStore } from "./port/store.ts";
import type { SqliteOptions } from "./sqlite/open.ts";

/** The engine of an inbox, and its file or URL. */
export type InboxAddress = Exclude<
	InboxStoreSettings,
	{ readonly type: "none" }
>;

/** The options of all engines; each reads its own. */
export type OpenOptions = SqliteOptions;

/** Returns the bytes that an inbox may take by default; undefined for no bound. */
export async function defaultRoomOf(
	address: InboxAddress,
): Promise<number | undefined> {
	if (address.type === "memory") return MEMORY_ROOM;
	if (address.type !== "sqlite") return undefined;
	const { defaultRoom } = await import("./sqlite/file.ts");
	return defaultRoom(address.file);
}

/** 256 MiB: the memory is that of the router too. */
const MEMORY_ROOM = 256 * 1024 * 1024;
/** Words the lack of a package that an engine needs, and that only its users install; undefined where nothing is missing. */
export function missingPackageOf(
	address: InboxStoreSettings,
	resolve: (name: string) => string = createRequire(import.meta.url).resolve,
): Wording | undefined {
	if (address.type !== "postgres") return undefined;
	try {
		resolve("pg");
		return undefined;
	} catch {
		return {
			what: "`inbox.store` names PostgreSQL, and the package `pg` is not installed",
			todo: "install it: `npm install pg@8`",
		};
	}
}

/** Opens an inbox; only its own engine is loaded. Rejects with InboxOpenError, whose message says what to do. */
export async function openStore(
	address: InboxAddress,
	options: OpenOptions,
): Promise<InboxStore> {
	switch (address.type) {
		case "sqlite": {
			const { openSqlite } = await import("./sqlite/open.ts");
			return openSqlite(address.file, options);
		}
		case "memory": {
			const { openMemory } = await import("./sqlite/memory.ts");
			return openMemory(options);
		}
		case "postgres": {
			const { openPostgres } = await import("./postgres/open.ts");
			return openPostgres(address.url, options);
		}
	}
}
