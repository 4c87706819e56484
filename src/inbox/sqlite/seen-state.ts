import type { SeenEntries } from "./seen-entries.ts";

/** What memory knows of the dedupe keys that the table does not. */
export interface SeenState {
	/** As they are in the file. */
	mark: number;
	cuts: number;
	/** The newest row's place. */
	top: number;
	/** Memory and table together know all rows up to this place. */
	known: number;
	/** Rows after those being merged. */
	young: SeenEntries;
	merging: Merging | undefined;
	/** Rows put since the last slice. */
	paced: number;
}

/** A generation on its way into the table. */
export interface Merging {
	readonly entries: SeenEntries;
	readonly hashes: Float64Array;
	/** Where in the hashes to go on. */
	readonly at: number;
	/** The table knows all rows up to this place once it is done. */
	readonly high: number;
}

/** Nothing is known. Differs from every file, so that the first look starts afresh. */
export const START: Readonly<SeenState> = {
	mark: 0,
	cuts: -1,
	top: 0,
	known: 0,
	young: new Map(),
	merging: undefined,
	paced: 0,
};
