import type { Database } from "./driver.ts";
import {
	addSeen,
	type SeenEntries,
	seenHash,
	seqsOf,
	sortedHashes,
} from "./seen-entries.ts";

/** How the file stands. */
export interface SeenMark {
	/** The table knows all rows up to this place. */
	readonly mark: number;
	/** How often the newest rows were removed: their places are given out again. */
	readonly cuts: number;
	/** The newest row's place, 0 where there is none. */
	readonly top: number;
}

/** The table `seen` and its mark. All but `look` and `readAfter` writes, inside a transaction of the caller. */
export interface SeenTable {
	look(): SeenMark;
	setMark(mark: number, cuts: number): void;
	/** The places under a hash. */
	find(hash: number): readonly number[];
	/** Writes what `entries` has under these hashes. */
	write(entries: SeenEntries, hashes: Float64Array): void;
	add(hash: number, seq: number): void;
	/** Calls back with each row after a place that holds a dedupe key. */
	readAfter(seq: number, onRow: (hash: number, seq: number) => void): void;
	/** Removes, among at most `max` entries after a hash, those whose row is gone. */
	sweep(after: number, max: number): Swept;
}

/** What one bite of a sweep did. */
export interface Swept {
	readonly count: number;
	/** After which hash to go on; undefined at the end. */
	readonly next: number | undefined;
}

export function createSeenTable(db: Database): SeenTable {
	const look = db.prepare(
		`select seq as mark, cuts, (select coalesce(max(seq), 0) from delivery) as top
		from seen_mark where id = 1`,
	);
	const setMark = db.prepare(
		"update seen_mark set seq = ?, cuts = ? where id = 1",
	);
	const first = db.prepare("select seq from seen where hash = ? limit 1");
	const all = db.prepare("select seq from seen where hash = ?");
	const add = db.prepare(
		"insert or ignore into seen (hash, seq) values (?, ?)",
	);
	const addMany = db.prepare(
		`insert or ignore into seen (hash, seq) values ${Array(MANY).fill("(?, ?)").join(", ")}`,
	);
	const after = db.prepare(
		`select seq, dedupe_key from delivery not indexed
		where seq > ? and dedupe_key is not null and is_held = 0 order by seq limit ${ROWS}`,
	);
	after.setReturnArrays(true);
	const end = db.prepare(
		"select hash from seen where hash > ? order by hash limit 1 offset ?",
	);
	const deleteGone = db.prepare(
		`delete from seen where hash > ? and hash <= ?
		and not exists (select 1 from delivery where delivery.seq = seen.seq)`,
	);

	return {
		look: () => look.get() as SeenMark,
		setMark(mark, cuts) {
			setMark.run(mark, cuts);
		},
		find(hash) {
			// Nearly always there is none: `get` makes no list of it.
			if (first.get(hash) === undefined) return NONE;
			return (all.all(hash) as { readonly seq: number }[]).map(
				({ seq }) => seq,
			);
		},
		write(entries, hashes) {
			let values: number[] = [];
			for (const hash of hashes)
				for (const seq of seqsOf(entries, hash)) {
					values.push(hash, seq);
					if (values.length < 2 * MANY) continue;
					addMany.run(...values);
					values = [];
				}
			for (let at = 0; at < values.length; at += 2)
				add.run(values[at] as number, values[at + 1] as number);
		},
		add(hash, seq) {
			add.run(hash, seq);
		},
		readAfter(seq, onRow) {
			let last = seq;
			for (;;) {
				const rows = after.all(last) as (readonly [number, string])[];
				for (const [place, key] of rows) onRow(seenHash(key), place);
				const bottom = rows.at(-1);
				if (bottom === undefined || rows.length < ROWS) return;
				last = bottom[0];
			}
		},
		sweep(from, max) {
			const last = end.get(from, max - 1) as
				| { readonly hash: number }
				| undefined;
			const { changes } = deleteGone.run(from, last?.hash ?? HASH_MAX);
			return { count: Number(changes), next: last?.hash };
		},
	};
}

/** Fills the table, just made, from the rows that there are: some seconds for a million. */
export function fillSeen(db: Database): void {
	const table = createSeenTable(db);
	let entries: SeenEntries = new Map();
	const write = () => {
		table.write(entries, sortedHashes(entries));
		entries = new Map();
	};
	table.readAfter(0, (hash, seq) => {
		addSeen(entries, hash, seq);
		if (entries.size >= FILL_ENTRIES) write();
	});
	write();
	table.setMark(table.look().top, 0);
}

// --- helpers ---

const NONE: readonly number[] = [];
/** Entries of one statement: a call costs more than an entry. */
const MANY = 32;
/** Rows that are in memory at a time. */
const ROWS = 4096;
/** Entries that are sorted in memory at a time: some 20 MiB. */
const FILL_ENTRIES = 262_144;
/** 48 bits. */
const HASH_MAX = 2 ** 48 - 1;
