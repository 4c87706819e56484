import { hash } from "node:crypto";

/** Where a dedupe key may be found: places in the order of arrival, by the key's hash. */
export type SeenEntries = Map<number, number | readonly number[]>;

/**
 * The first 48 bits of a dedupe key's SHA-1: a place to look, never an answer. What comes after a NUL does not count, because
 * one of the drivers cuts a text there when it binds it: the same key, read back, MUST have the same hash.
 */
export function seenHash(dedupeKey: string): number {
	const end = dedupeKey.indexOf("\0");
	const text = end === -1 ? dedupeKey : dedupeKey.slice(0, end);
	return Number.parseInt(hash("sha1", text, "hex").slice(0, 12), 16);
}

/** Adds a place, once; a hash seldom has a second one. */
export function addSeen(entries: SeenEntries, hash: number, seq: number): void {
	const known = entries.get(hash);
	if (known === undefined) entries.set(hash, seq);
	else if (!toSeqs(known).includes(seq))
		entries.set(hash, [...toSeqs(known), seq]);
}

/** The places under a hash. */
export function seqsOf(entries: SeenEntries, hash: number): readonly number[] {
	const known = entries.get(hash);
	return known === undefined ? NONE : toSeqs(known);
}

/** The hashes in order: neighbours share pages of the table. */
export function sortedHashes(entries: SeenEntries): Float64Array {
	return Float64Array.from(entries.keys()).sort();
}

// --- helpers ---

const NONE: readonly number[] = [];

function toSeqs(known: number | readonly number[]): readonly number[] {
	return typeof known === "number" ? [known] : known;
}
