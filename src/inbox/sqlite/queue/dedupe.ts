import { hash } from "node:crypto";
import { isRedactedKey, isSameKey, shortHashOf } from "../../port/redacted.ts";
import type { Database } from "../driver.ts";

/**
 * Finds the delivery with a dedupe key. The table `seen` has an entry for each such delivery, written and removed in the
 * transaction that puts, releases or removes the delivery. A quarantined delivery has no entry.
 */
export interface Dedupe {
	/** Returns the id of the delivery with a key. */
	find(hash: number, route: string, dedupeKey: string): string | undefined;
	/** Inside a transaction of the caller. */
	add(hash: number, seq: number): void;
	/** Inside a transaction of the caller. */
	remove(hash: number, seq: number): void;
}

export function createDedupe(db: Database): Dedupe {
	// CROSS JOIN fixes the order: first the few entries of a hash, then their rows.
	const find = db.prepare(
		`select d.id, d.dedupe_key as key from seen s cross join delivery d on d.seq = s.seq
		where s.hash = ? and d.route = ? and (d.dedupe_key = ? or substr(d.dedupe_key, 1, 9) = 'redacted:')`,
	);
	const add = db.prepare(INSERT);
	const remove = db.prepare("delete from seen where hash = ? and seq = ?");
	return {
		find(hash, route, dedupeKey) {
			const found = find.all(hash, route, dedupeKey) as readonly KeyRow[];
			const isFound = ({ key }: KeyRow) =>
				!isRedactedKey(key) || isSameKey(key, dedupeKey);
			return found.find(isFound)?.id;
		},
		add(hash, seq) {
			add.run(hash, seq);
		},
		remove(hash, seq) {
			remove.run(hash, seq);
		},
	};
}

/**
 * Returns the first 48 bits of a dedupe key's SHA-1. They are an integer, so that an entry takes about 15 bytes. Keys with
 * equal bits are distinguished by their rows. Only the text before the first NUL counts, because one of the drivers cuts a text
 * there when it binds it: the same key, read back, MUST have the same hash.
 */
export function dedupeHash(dedupeKey: string): number {
	const short = isRedactedKey(dedupeKey)
		? shortHashOf(dedupeKey)
		: hash("sha1", keptOf(dedupeKey), "hex").slice(0, 12);
	return Number.parseInt(short, 16);
}

/** Fills the empty table `seen` from the deliveries, in some seconds for a million. Runs in a transaction of the caller. */
export function fillSeen(db: Database): void {
	const after = db.prepare(
		`select seq, dedupe_key from delivery not indexed
		where seq > ? and dedupe_key is not null and state <> 5 order by seq limit ${FILL_ROWS}`,
	);
	after.setReturnArrays(true);
	const add = db.prepare(INSERT);
	for (let last: number | undefined = 0; last !== undefined; ) {
		const rows = after.all(last) as (readonly [seq: number, key: string])[];
		// In the order of the table, because neighbours share its pages.
		const entries = rows
			.map(([seq, key]) => [dedupeHash(key), seq] as const)
			.sort(([one], [other]) => one - other);
		for (const entry of entries) add.run(...entry);
		last = rows.at(-1)?.[0];
	}
}

// --- helpers ---

interface KeyRow {
	readonly id: string;
	readonly key: string;
}

/** Returns the part of a key that every driver stores. */
function keptOf(dedupeKey: string): string {
	const end = dedupeKey.indexOf("\0");
	return end === -1 ? dedupeKey : dedupeKey.slice(0, end);
}

const INSERT = "insert into seen (hash, seq) values (?, ?)";

/** The rows that are in memory at once: about 20 MiB. */
const FILL_ROWS = 65_536;
