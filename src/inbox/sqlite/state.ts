import type { StateWrite } from "../port/state.ts";
import type { Database, SqlValue } from "./driver.ts";

/** The durable state of plugins. */
export interface PluginState {
	read(plugin: string, key: string, now: number): string | undefined;
	/** By key, in the order of its UTF-8 bytes. */
	list(
		plugin: string,
		prefix: string,
		max: number,
		now: number,
	): readonly StateEntry[];
	/** Inside a transaction of the caller. */
	write(writes: readonly StateWrite[], now: number): void;
	/** Removes at most `max` that have expired; returns how many. Inside a transaction of the caller. */
	prune(max: number, now: number): number;
	/** A part of all entries, in the order of the table, after a row. */
	after(rowid: number): readonly StateRow[];
	/** Removes rows; returns how many. Inside a transaction of the caller. */
	forget(rowids: readonly number[]): number;
}

/** An entry with its row. */
export interface StateRow extends StateEntry {
	readonly rowid: number;
}

/** One key with its JSON text. */
export interface StateEntry {
	readonly key: string;
	readonly value: string;
}

export function createPluginState(db: Database): PluginState {
	const isLive = "(expires_at is null or expires_at > ?)";
	const read = db.prepare(
		`select value from state where plugin = ? and key = ? and ${isLive}`,
	);
	const list = db.prepare(
		`select key, value from state
		where plugin = ? and key >= ? and key < ? and ${isLive} order by key limit ?`,
	);
	const set = db.prepare(
		`insert into state (plugin, key, value, expires_at) values (?, ?, ?, ?)
		on conflict do update set value = excluded.value, expires_at = excluded.expires_at`,
	);
	const remove = db.prepare("delete from state where plugin = ? and key = ?");
	const prune = db.prepare(
		`delete from state where rowid in (
			select rowid from state indexed by state_expiry
			where expires_at is not null and expires_at <= ? limit ?)`,
	);

	const after = db.prepare(
		"select rowid, key, value from state not indexed where rowid > ? order by rowid limit 500",
	);
	const forget = db.prepare("delete from state where rowid = ?");

	return {
		after: (rowid) => after.all(rowid) as StateRow[],
		forget: (rowids) =>
			rowids.reduce(
				(count, rowid) => count + Number(forget.run(rowid).changes),
				0,
			),
		read: (plugin, key, now) =>
			(read.get(plugin, key, now) as StateEntry | undefined)?.value,
		list(plugin, prefix, max, now) {
			// All keys of a prefix are contiguous after it.
			const end = endOf(prefix);
			const rows = list.all(plugin, prefix, end, now, max) as StateEntry[];
			return rows.map(({ key, value }) => ({ key, value }));
		},
		write(writes, now) {
			for (const { plugin, key, value, expiresAfterMs } of writes) {
				if (value === undefined) remove.run(plugin, key);
				else
					set.run(
						plugin,
						key,
						value,
						expiresAfterMs === undefined
							? null
							: Math.round(now + expiresAfterMs),
					);
			}
		},
		prune: (max, now) => Number(prune.run(now, max).changes),
	};
}

// --- helpers ---

/** In SQLite any blob is greater than any text (sqlite.org/datatype3.html, section 4.1). */
const AFTER_ALL = new Uint8Array(1);

const LAST_CHARACTER = 0x10ffff;

/** Returns the smallest value that is greater than all keys of a prefix, in the order of their UTF-8 bytes. */
function endOf(prefix: string): SqlValue {
	const characters = Array.from(prefix);
	for (;;) {
		const last = characters.pop()?.codePointAt(0);
		if (last === undefined) return AFTER_ALL;
		if (last === LAST_CHARACTER) continue;
		// UTF-8 has no surrogates.
		const next = last === 0xd7ff ? 0xe000 : last + 1;
		return characters.join("") + String.fromCodePoint(next);
	}
}
