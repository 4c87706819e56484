import { readFileSync } from "node:fs";
import type { Random } from "./random.ts";

/** The bytes of an SQLite file and of its log. */
export interface Image {
	readonly db: Buffer;
	readonly wal: Buffer;
}

/**
 * What a disk may hold after the power went: what was synced, and of what was written since then any sectors, in any order, under any
 * length between the two.
 *
 * It shows that each acknowledgement comes after a sync that covers it, that nothing older depends on what came later, and that a
 * checkpoint may be cut anywhere. It believes two things: that a sync does what it says, which a disk with a careless cache does not;
 * and SQLite's order within a call (sqlite.org/wal.html: log synced before the file is written, file synced before the log starts
 * over, the new log's header synced before its frames), which is known here only by what changed from call to call.
 */
export class DiskModel {
	readonly #file: string;
	#synced: Image;
	#before: Image;
	#written: Image;

	/** All that is in the file now counts as synced. */
	constructor(file: string) {
		this.#file = file;
		this.#synced = this.#read();
		this.#before = this.#synced;
		this.#written = this.#synced;
	}

	/**
	 * Notes what a call wrote.
	 *
	 * @param isSynced whether it synced the log at its end
	 * @returns whether it wrote to the file: that was a checkpoint, which syncs both
	 */
	note(isSynced: boolean): boolean {
		this.#before = this.#synced;
		this.#written = this.#read();
		const isCheckpoint = !this.#written.db.equals(this.#synced.db);
		if (isSynced || isCheckpoint) this.#synced = this.#written;
		return isCheckpoint;
	}

	/** What is left when the power goes after the last call noted. */
	cutAfter(random: Random): Image {
		return cut(this.#synced, this.#written, random);
	}

	/** What is left when it goes within that call, so that its answer was not heard. */
	cutWithin(random: Random): Image {
		return cut(this.#before, this.#written, random);
	}

	#read(): Image {
		return {
			db: readFileSync(this.#file),
			wal: readFileSync(`${this.#file}-wal`),
		};
	}
}

// --- helpers ---

/** What a disk writes whole or not at all. */
const SECTOR_BYTES = 512;
/** sqlite.org/fileformat2.html#walformat */
const WAL_HEADER_BYTES = 32;

function cut(synced: Image, written: Image, random: Random): Image {
	// The file is written to after a sync of the log.
	if (!written.db.equals(synced.db))
		return { db: mix(synced.db, written.db, random), wal: written.wal };
	const wal = mix(synced.wal, written.wal, random);
	const header = written.wal.subarray(0, WAL_HEADER_BYTES);
	// A header that has changed was synced before the first frame.
	if (wal.length >= WAL_HEADER_BYTES) header.copy(wal);
	return { db: synced.db, wal };
}

function mix(old: Buffer, young: Buffer, random: Random): Buffer {
	const shorter = Math.min(old.length, young.length);
	const longer = Math.max(old.length, young.length);
	const length = shorter + random.below(longer - shorter + 1);
	const mixed = Buffer.alloc(length);
	old.copy(mixed);
	// All, none, the first ones, or random ones.
	const way = random.below(4);
	const end = way === 0 ? length : way === 1 ? 0 : random.below(length + 1);
	for (let at = 0; at < length; at += SECTOR_BYTES) {
		const isYoung = way === 3 ? random.below(2) === 0 : at < end;
		if (!isYoung) continue;
		mixed.fill(0, at, Math.min(at + SECTOR_BYTES, length));
		young.copy(mixed, at, at, at + SECTOR_BYTES);
	}
	return mixed;
}
