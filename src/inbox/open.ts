import { createRequire } from "node:module";
import type { InboxStoreSettings } from "../config/settings.ts";
import type { Wording } from "../finding/finding.ts";
import type { InboxStore } from "./port/store.ts";
import type { SpoolOptions } from "./spool/open.ts";
import type { SqliteOptions } from "./sqlite/open.ts";

/** The engine of an inbox, and its file or URL. */
export type InboxAddress = Exclude<
	InboxStoreSettings,
	{ readonly type: "none" }
>;

/** The part of a process in a router of several processes, whose supervisor owns an SQLite file. */
export type StoreShare =
	| { readonly as: "owner"; readonly hub: string }
	| {
			readonly as: "guest";
			/** The path of the socket to the owner. Its folder MUST be private. */
			readonly hub: string;
			/** The limit of the inbox in bytes, as the owner knows it. Undefined for none. */
			readonly maxBytes: number | undefined;
	  };

/** The options of all engines. Each engine reads its own. */
export interface OpenOptions extends Omit<SqliteOptions, "hub"> {
	/** Default: the router is one process. */
	readonly share?: StoreShare | undefined;
	/** The file that takes events while PostgreSQL is away. Default: none. */
	readonly spool?: SpoolOptions | undefined;
}

/** Returns the default size limit of an inbox in bytes. Undefined for no limit. */
export async function defaultRoomOf(
	address: InboxAddress,
): Promise<number | undefined> {
	if (address.type === "memory") return MEMORY_ROOM;
	if (address.type !== "sqlite") return undefined;
	const { defaultRoom } = await import("./sqlite/file.ts");
	return defaultRoom(address.file);
}

/** 256 MiB, because the router uses the same memory. */
const MEMORY_ROOM = 256 * 1024 * 1024;
/** Describes a missing package that only users of an engine install. Returns undefined if nothing is missing. */
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

/** Opens an inbox and loads only its engine. Rejects with InboxOpenError, whose message contains advice. */
export async function openStore(
	address: InboxAddress,
	options: OpenOptions,
): Promise<InboxStore> {
	switch (address.type) {
		case "sqlite": {
			const { share } = options;
			if (share?.as === "guest") {
				const { openAsGuest } = await import("./sqlite/channel/guest.ts");
				const { clock, putLimitMs, onCommit } = options;
				return openAsGuest(address.file, {
					path: share.hub,
					clock,
					putLimitMs,
					...(onCommit && { onCommit }),
				});
			}
			const { openSqlite } = await import("./sqlite/open.ts");
			return openSqlite(address.file, { ...options, hub: share?.hub });
		}
		case "memory": {
			const { openMemory } = await import("./sqlite/thread/memory.ts");
			return openMemory(options);
		}
		case "postgres": {
			const { spool, ...others } = options;
			// Each process has connections of its own, and all of them together must fit the server.
			const isOneOfMany = options.share?.as === "guest";
			if (spool !== undefined) {
				const { openSpooled } = await import("./spool/open.ts");
				return openSpooled(address.url, { ...others, isOneOfMany, spool });
			}
			const { openPostgres } = await import("./postgres/open.ts");
			return openPostgres(address.url, { ...others, isOneOfMany });
		}
	}
}
