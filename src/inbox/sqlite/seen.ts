import type { Database } from "./driver.ts";
import { addSeen, seenHash, seqsOf, sortedHashes } from "./seen-entries.ts";
import { type Merging, type SeenState, START } from "./seen-state.ts";
import type { SeenTable } from "./seen-table.ts";

/** How the index paces itself. */
export interface SeenOptions {
	/** Rows that are gathered in memory before they are merged into the table; default 16,384. */
	readonly generation?: number | undefined;
	/** Rows put for each slice that is merged, default 256. A generation is merged while half of the next one comes. */
	readonly every?: number | undefined;
}

/**
 * Finds the delivery that holds a dedupe key. Keys are random: an index in the file would change another page for each row. So the
 * newest rows are known in memory only, and are merged into the table `seen` many at a time, in order of their hash, a slice
 * with one put and the next with a later one. What the table does not know is read again from the rows themselves at a start.
 *
 * Entries are hints: each is verified against its row. An entry of a row that is gone does no harm, a missing one would; hence
 * the rules. The table knows every row up to its mark. A place is given out again only after the newest rows were removed; whoever
 * removes them takes the mark back and counts a cut, and who finds that another process did so starts afresh.
 *
 * Every call but `during` and `undo` is inside a transaction, in `during`; `warm` may come before.
 */
export class Seen {
	readonly #table: SeenTable;
	readonly #verify: ReturnType<Database["prepare"]>;
	readonly #generation: number;
	readonly #every: number;
	#state: SeenState = START;
	/** As it was when this transaction first looked. */
	#before: SeenState | undefined;
	/** The newest row was removed, and its place is not yet free to be given out. */
	#isCut = false;
	/** Rows put in this transaction, and in those that were rolled back: memory still has their entries. */
	#put = 0;
	#undone = 0;
	#lastKey = "";
	#lastHash = seenHash("");

	constructor(db: Database, table: SeenTable, options: SeenOptions = {}) {
		this.#table = table;
		this.#verify = db.prepare(
			`select id from delivery not indexed
			where seq = ? and dedupe_key = ? and route = ? and is_held = 0`,
		);
		this.#generation = options.generation ?? 16_384;
		this.#every = options.every ?? 256;
	}

	/** Does the work of a transaction, all but its commit. Costs nothing where nothing is asked. */
	during<T>(work: () => T): T {
		this.#begin();
		const result = work();
		if (this.#isCut) this.#cut();
		if (this.#put > 0) {
			this.warm();
			this.#merge();
		}
		return result;
	}

	/** Makes places safe to be given out. MUST come before a row is inserted. */
	ready(): void {
		this.#look();
		if (this.#isCut) this.#cut();
	}

	/** Reads all that memory should know; else the first `find` does. */
	warm(): void {
		this.ready();
		const state = this.#state;
		if (state.known >= state.top) return;
		this.#table.readAfter(state.known, (hash, seq) =>
			addSeen(state.young, hash, seq),
		);
		state.known = state.top;
	}

	/** The id of the delivery that holds a dedupe key. */
	find(route: string, dedupeKey: string): string | undefined {
		this.warm();
		const hash = this.#hashOf(dedupeKey);
		const { young, merging } = this.#state;
		return (
			this.#check(seqsOf(young, hash), route, dedupeKey) ??
			(merging &&
				this.#check(seqsOf(merging.entries, hash), route, dedupeKey)) ??
			this.#check(this.#table.find(hash), route, dedupeKey)
		);
	}

	/**
	 * Notes a row that was inserted.
	 *
	 * @param dedupeKey undefined where the row holds none; else it was asked for with `find`
	 */
	note(seq: number, dedupeKey: string | undefined): void {
		const state = this.#state;
		if (state.known === state.top) state.known = seq;
		state.top = seq;
		this.#put++;
		if (dedupeKey !== undefined)
			addSeen(state.young, this.#hashOf(dedupeKey), seq);
	}

	/** Notes that an old row, released, holds a dedupe key now: its place may be before the mark. */
	admit(seq: number, dedupeKey: string): void {
		this.#table.add(this.#hashOf(dedupeKey), seq);
	}

	/** Notes that a row is about to be removed. Its entry stays until a sweep comes by. */
	leave(seq: number): void {
		this.#look();
		if (seq === this.#state.top) this.#isCut = true;
	}

	/** After a rollback. */
	undo(): void {
		if (this.#before === undefined) return;
		this.#state = this.#before;
		this.#undone += this.#put;
		this.#begin();
		if (this.#undone < this.#generation) return;
		this.#undone = 0;
		this.#state = START;
	}

	#begin(): void {
		this.#before = undefined;
		this.#isCut = false;
		this.#put = 0;
	}

	/** Once a transaction: what did others do? */
	#look(): void {
		if (this.#before !== undefined) return;
		this.#before = { ...this.#state };
		const state = this.#state;
		const { mark, cuts, top } = this.#table.look();
		if (cuts !== state.cuts)
			this.#state = {
				...START,
				young: new Map(),
				cuts,
				mark,
				known: mark,
				top,
			};
		else {
			// Another one merges too: what it has done need not be done again.
			if (state.merging !== undefined && state.merging.high <= mark)
				state.merging = undefined;
			state.mark = mark;
			state.top = top;
			state.known = Math.max(state.known, mark);
		}
	}

	#cut(): void {
		this.#isCut = false;
		const state = this.#state;
		const { top, mark } = this.#table.look();
		state.top = top;
		state.known = Math.min(state.known, top);
		state.mark = Math.min(mark, top);
		state.cuts++;
		const { merging } = state;
		if (merging !== undefined)
			state.merging = { ...merging, high: Math.min(merging.high, top) };
		this.#table.setMark(state.mark, state.cuts);
	}

	#merge(): void {
		const state = this.#state;
		if (
			state.merging === undefined &&
			state.top - state.mark >= this.#generation
		) {
			const { young, top } = state;
			const hashes = sortedHashes(young);
			state.merging = { entries: young, hashes, at: 0, high: top };
			state.young = new Map();
			state.paced = 0;
		}
		state.paced += this.#put;
		while (state.merging !== undefined && state.paced >= this.#every) {
			state.paced -= this.#every;
			state.merging = this.#mergeSlice(state.merging);
		}
	}

	/** Returns what is left. */
	#mergeSlice(merging: Merging): Merging | undefined {
		const { entries, hashes, at, high } = merging;
		const slices = Math.max(1, this.#generation / this.#every / 2);
		const end = at + Math.max(1, Math.ceil(hashes.length / slices));
		this.#table.write(entries, hashes.subarray(at, end));
		if (end < hashes.length) return { ...merging, at: end };
		const state = this.#state;
		state.mark = Math.max(state.mark, high);
		this.#table.setMark(state.mark, state.cuts);
		return undefined;
	}

	#check(
		seqs: readonly number[],
		route: string,
		dedupeKey: string,
	): string | undefined {
		for (const seq of seqs) {
			const row = this.#verify.get(seq, dedupeKey, route) as
				| { readonly id: string }
				| undefined;
			if (row !== undefined) return row.id;
		}
		return undefined;
	}

	/** It is asked for first and noted after. */
	#hashOf(dedupeKey: string): number {
		if (dedupeKey !== this.#lastKey) {
			this.#lastKey = dedupeKey;
			this.#lastHash = seenHash(dedupeKey);
		}
		return this.#lastHash;
	}
}
