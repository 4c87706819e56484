/**
 * The history: what routers counted in the last days, kept in the inbox so that a page can draw it without another system. The
 * store knows numbers by slot, and not what they count (`observe/history/slots.ts` does). Times are the store's.
 */
export interface History {
	/**
	 * Adds what one process counted, all of it or nothing. Several routers and workers write to the same rows: their counts add up.
	 * Returns the store's time. Other calls wait behind it, so a batch SHOULD have at most `HISTORY_BATCH_MAX` rows.
	 */
	addHistory(batch: HistoryBatch): Promise<number>;
	/** Returns the rows of some routes in a time, in the order of time, with the marks of that time. */
	readHistory(ask: HistoryAsk): Promise<HistoryPart>;
	/** Adds up the rows of each route since a time, in steps of half an hour. The route "" stands for all. */
	readTotals(from: number): Promise<readonly HistoryTotal[]>;
}

/**
 * Numbers by slot: slot, value, slot, value and so on, in ascending order of their slots. Those of a slot below `PEAK_SLOTS` add
 * up, and of the others the greatest stays.
 */
export type Cells = readonly number[];

/** The first slot whose greatest value stays. */
export const PEAK_SLOTS = 200;

/** The numbers of one process since its last batch. */
export interface HistoryBatch {
	/** Milliseconds since they were counted: a batch may have waited for a store that was away. */
	readonly agoMs: number;
	readonly rows: readonly { readonly route: string; readonly cells: Cells }[];
	readonly marks: readonly NewMark[];
}

/** The rows of a batch: a few milliseconds of the store. */
export const HISTORY_BATCH_MAX = 25;

/** Something that happened to a router and explains a chart. */
export interface NewMark {
	readonly kind: "start" | "reload" | "refused";
	readonly text: string;
	/** Names the process. The same reload of two routers within a minute is one mark. */
	readonly router: string;
	/** The version and the configuration that serve from then on. Undefined if they stay. */
	readonly release?: Release | undefined;
}

/** A version of the program with a configuration. */
export interface Release {
	readonly version: string;
	/** Equal for two configurations that are the same. */
	readonly fingerprint: string;
}

/** A mark of a chart. A start of another release than before is a `deploy`. */
export interface HistoryMark {
	readonly at: number;
	readonly kind: NewMark["kind"] | "deploy";
	readonly text: string;
}

/** Names the rows that are read. */
export interface HistoryAsk {
	readonly routes: readonly string[];
	/** One of `HISTORY_TIERS`. */
	readonly stepMs: number;
	/** Milliseconds since the epoch, inclusive. */
	readonly from: number;
	/** Exclusive. */
	readonly to: number;
}

/** The rows of a time. */
export interface HistoryPart {
	readonly now: number;
	readonly rows: readonly HistoryRow[];
	readonly marks: readonly HistoryMark[];
}

/** The numbers of a route in one step. */
export interface HistoryRow {
	readonly route: string;
	/** The begin of the step. */
	readonly at: number;
	readonly cells: Cells;
}

/** The numbers of a route in a longer time. */
export type HistoryTotal = Omit<HistoryRow, "at">;

/**
 * The resolutions, finest first. Each batch is added to a row of each, so nothing has to be rolled up later. A route that is busy
 * all the time has 1,209 rows of some 40 bytes; one without activity has none.
 */
export const HISTORY_TIERS: readonly HistoryTier[] = [
	{ stepMs: 10_000, keptMs: 75 * 60_000 },
	{ stepMs: 4 * 60_000, keptMs: 25 * 3_600_000 },
	{ stepMs: 30 * 60_000, keptMs: 8 * 86_400_000 },
];

/** A resolution, and how long its rows are kept. */
export interface HistoryTier {
	readonly stepMs: number;
	readonly keptMs: number;
}

/** The tier of totals. */
export const COARSEST: HistoryTier = HISTORY_TIERS.at(-1) as HistoryTier;

/** Marks are kept for this long. The latest release is kept for longer, or the next start could not be told from a deploy. */
export const MARKS_KEPT_MS = COARSEST.keptMs;

/** The marks that one read returns at most, the latest ones. */
export const MARKS_MAX = 200;

/** The reloads of two routers within this time may be the same one. */
export const SAME_MARK_MS = 60_000;

/** True for what several routers do at once. A start is a start of each: a router that restarts is another process too. */
export function isShared({ kind }: Pick<HistoryMark, "kind">): boolean {
	return kind !== "start";
}

/**
 * Returns the begin of the step that a batch belongs to. A batch that is written at the end of a step belongs to that step, even
 * if it comes a little late or early.
 */
export function stepOf(now: number, agoMs: number, stepMs: number): number {
	const middle = now - agoMs - FINEST_MS / 2;
	return Math.floor(middle / stepMs) * stepMs;
}

/** Merges the numbers of two rows of one step. */
export function mergeCells(one: Cells, other: Cells): Cells {
	const merged: number[] = [];
	let at = 0;
	let from = 0;
	while (at < one.length || from < other.length) {
		const slot = one[at] ?? Infinity;
		const next = other[from] ?? Infinity;
		const value = one[at + 1] ?? 0;
		const added = other[from + 1] ?? 0;
		if (slot < next) merged.push(slot, value);
		else if (next < slot) merged.push(next, added);
		else merged.push(slot, joined(slot, value, added));
		if (slot <= next) at += 2;
		if (next <= slot) from += 2;
	}
	return merged;
}

/** Returns the kind and the text of a mark. A start of another release than the latest is a deploy. */
export function describeMark(
	{ kind, text, release }: NewMark,
	last: Release | undefined,
): Omit<HistoryMark, "at"> {
	if (kind !== "start" || release === undefined || last === undefined)
		return { kind, text };
	if (release.version !== last.version)
		return {
			kind: "deploy",
			text: `version ${last.version} to ${release.version}`,
		};
	return release.fingerprint === last.fingerprint
		? { kind, text }
		: { kind: "deploy", text: "another configuration" };
}

// --- helpers ---

const FINEST_MS = 10_000;

function joined(slot: number, one: number, other: number): number {
	return slot < PEAK_SLOTS ? one + other : Math.max(one, other);
}
