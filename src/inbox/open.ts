import type { InboxStoreSettings } from "../config/settings.ts";
import type { InboxStore } from "./port/store.ts";
import type { SqliteOptions } from "./sqlite/open.ts";

/** Which inbox, where there is one. */
export type InboxPlace = Exclude<InboxStoreSettings, { readonly type: "none" }>;

/** What an inbox is opened with, whatever its engine; each reads what concerns it. */
export type OpenOptions = SqliteOptions;

/** The room that an inbox may take where nobody says, bytes; undefined for no bound. */
export async function defaultRoomOf(
	place: InboxPlace,
): Promise<number | undefined> {
	if (place.type !== "sqlite") return undefined;
	const { defaultRoom } = await import("./sqlite/default-room.ts");
	return defaultRoom(place.file);
}

/** Opens an inbox; only its own engine is loaded. Rejects with InboxOpenError, whose message says what to do. */
export async function openStore(
	place: InboxPlace,
	options: OpenOptions,
): Promise<InboxStore> {
	switch (place.type) {
		case "sqlite": {
			const { openSqlite } = await import("./sqlite/open.ts");
			return openSqlite(place.file, options);
		}
		case "postgres": {
			const { openPostgres } = await import("./postgres/open.ts");
			return openPostgres(place.url, options);
		}
	}
}
