import type { PruneRules } from "../port/delivery.ts";
import { RESENT_FOR_MS, ROOM } from "../port/room.ts";
import type { Evicted } from "../port/store.ts";
import type { Remove } from "./desk/remove.ts";
import { type Database, RESULT, resultCode } from "./driver.ts";
import { createFindExpired } from "./expired.ts";
import { SANE_DUE } from "./queue/lanes.ts";
import type { PauseTable } from "./queue/pauses.ts";
import { readNumber } from "./schema.ts";
import type { PluginState } from "./state.ts";
import type { Tally } from "./tally.ts";

/** Keeps the file small and its times plausible. */
export interface Upkeep {
	/** Removes deliveries or their bodies, and returns the number. Runs in a transaction of the caller. */
	prune(rules: PruneRules, now: number): Trimmed;
	/** Notes how much room is taken. */
	measure(): void;
	/** Returns free pages to the disk if there are many, a limited number for each call. Runs outside of a transaction. */
	shrink(): void;
	/** Removes free pages from the file, a limited number for each call. Returns true if there are more. Runs outside of a transaction. */
	freePages(): boolean;
	/**
	 * Empties the log, after it has written the file afresh if `isRewritten`: pages that were split still contain copies of rows.
	 * Returns false if another process uses the file at this time. Runs outside of a transaction.
	 */
	clean(isRewritten: boolean): boolean;
	/**
	 * Corrects times in the future, which were written under a wrong clock: an event MUST NOT wait for years. Inside a transaction of the
	 * caller.
	 */
	fixTimes(now: number): void;
	/** Returns the routes with work that is ready now or later, and when the first delivery of each is due. */
	due(): Map<string, number>;
}

/** The deliveries that went. */
export interface Trimmed {
	readonly count: number;
	/** The dead among them. */
	readonly evicted: readonly Evicted[];
}

export function createUpkeep(options: {
	readonly db: Database;
	readonly remove: Remove;
	readonly state: PluginState;
	readonly pauses: PauseTable;
	readonly tally: Tally;
	/** Undefined for no bound. */
	readonly maxBytes: number | undefined;
}): Upkeep {
	const { db, remove, state, pauses, tally } = options;
	const findExpired = createFindExpired(db, pauses);
	const emptyBody = createEmptyBody(db);
	const room = createMakeRoom({ ...options, emptyBody });
	const due = createDue(db);

	return {
		due,
		prune({ deliveredMs, deadMs, bodyMs, max }, now) {
			let left = max;
			for (const [kind, keptMs] of [
				["delivered", deliveredMs],
				["dead", deadMs],
			] as const) {
				for (const isBodiless of [true, false]) {
					const part = { state: kind, isBodiless, keptMs };
					const expired = findExpired(part, left, now);
					for (const seq of expired) remove(seq, now);
					left -= expired.length;
				}
			}
			if (bodyMs !== undefined) {
				const part = { isBodiless: false, keptMs: bodyMs };
				const expired = findExpired({ state: "delivered", ...part }, left, now);
				for (const seq of expired) emptyBody(seq);
				left -= expired.length;
			}
			state.prune(max, now);
			pauses.prune(Math.max(deliveredMs, deadMs), now);
			const { count, evicted } = room.trim(left, now);
			tally.measure(room.usedBytes());
			return { count: max - left + count, evicted };
		},
		measure() {
			tally.measure(room.usedBytes());
		},
		shrink() {
			const free = readNumber(db, "freelist_count");
			if (free < MIN_FREE_PAGES || free * 4 < readNumber(db, "page_count"))
				return;
			db.exec(`pragma incremental_vacuum(${SHRINK_PAGES})`);
		},
		freePages() {
			const before = readNumber(db, "freelist_count");
			if (before === 0) return false;
			db.exec(`pragma incremental_vacuum(${SHRINK_PAGES})`);
			// A file without auto_vacuum keeps its free pages.
			const left = readNumber(db, "freelist_count");
			return left > 0 && left < before;
		},
		clean(isRewritten) {
			try {
				if (isRewritten) db.exec("vacuum");
				const [row] = db.prepare("pragma wal_checkpoint(truncate)").all() as {
					readonly busy: number;
				}[];
				return row?.busy === 0;
			} catch (error) {
				if (resultCode(error) === RESULT.BUSY) return false;
				throw error;
			}
		},
		fixTimes: createFixTimes(db, due),
	};
}

// --- helpers ---

/** Deletes the body of a delivery and the answer to it, and leaves its row. */
function createEmptyBody(db: Database): (seq: number) => void {
	const markBodiless = db.prepare(
		`update delivery not indexed set is_bodiless = 1,
			size = (select octet_length(envelope) from body where body.seq = delivery.seq) where seq = ?`,
	);
	const emptyBody = db.prepare(
		"update body set body = null, answer = null where seq = ?",
	);
	return (seq) => {
		markBodiless.run(seq);
		emptyBody.run(seq);
	};
}

function createDue(db: Database): Upkeep["due"] {
	// Walks from route to route over the index: one step for each route, however many deliveries wait.
	const nextRoute = db.prepare(
		`select route, due from delivery indexed by delivery_ready
		where state = 0 and route > ? order by route, due limit 1`,
	);
	return () => {
		const found = new Map<string, number>();
		for (let last = ""; ; ) {
			const row = nextRoute.get(last) as
				| { readonly route: string; readonly due: number }
				| undefined;
			if (row === undefined) return found;
			found.set(row.route, row.due);
			last = row.route;
		}
	};
}

function createFixTimes(db: Database, due: Upkeep["due"]): Upkeep["fixTimes"] {
	const fixDue = db.prepare(
		`update delivery indexed by delivery_ready set due = ${SANE_DUE}, updated_at = min(updated_at, ?)
		where state = 0 and route = ? and due > ? and updated_at > ?`,
	);
	const fixFinished = db.prepare(
		`update delivery indexed by delivery_finished set updated_at = ?
		where state in (2, 3) and state = ? and is_bodiless = ? and updated_at > ?`,
	);
	return (now) => {
		for (const route of due().keys())
			fixDue.run(now, now, now, route, now + NEAR_MS, now);
		for (const code of [2, 3])
			for (const isBodiless of [0, 1])
				fixFinished.run(now, code, isBodiless, now + DAY_MS);
	};
}

/** Keeps the file within its limit. Runs in transactions of the caller. */
interface MakeRoom {
	/** Returns the bytes of the used pages. */
	usedBytes(): number;
	/**
	 * Removes at most `max` if the file is nearly full: dead ones beyond their part, the oldest of the route with the most; then
	 * bodies of delivered ones, oldest first; then delivered ones that are not repeated any more.
	 */
	trim(max: number, now: number): Trimmed;
}

function createMakeRoom({
	db,
	remove,
	tally,
	emptyBody,
	maxBytes,
}: {
	readonly db: Database;
	readonly remove: Remove;
	readonly tally: Tally;
	readonly emptyBody: (seq: number) => void;
	readonly maxBytes: number | undefined;
}): MakeRoom {
	const pageSize = readNumber(db, "page_size");
	const oldestDead = db.prepare(
		`select seq, id, route from delivery indexed by delivery_dead
		where state = 3 and route = ? order by updated_at limit ?`,
	);
	const delivered = db.prepare(
		`select seq from delivery indexed by delivery_finished
		where state in (2, 3) and state = 2 and is_bodiless = ? and updated_at <= ? order by updated_at limit ?`,
	);
	let isTrimming = false;

	const usedBytes = () =>
		(readNumber(db, "page_count") - readNumber(db, "freelist_count")) *
		pageSize;

	const trimDead = (bound: number, max: number, now: number): Evicted[] => {
		const evicted: Evicted[] = [];
		while (evicted.length < max) {
			const { bytes, route } = tally.mostDead();
			if (bytes <= bound || route === undefined) break;
			const wanted = Math.min(STEP, max - evicted.length);
			const rows = oldestDead.all(route, wanted) as DeadRow[];
			if (rows.length === 0) break;
			for (const { seq, ...dead } of rows) {
				remove(seq, now);
				evicted.push({ ...dead, state: "dead" });
			}
		}
		return evicted;
	};

	/** Removes bodies of delivered ones before rows: without its row, a repeated webhook would count as new. */
	const trimDelivered = (max: number, now: number): number => {
		const withBody = delivered.all(0, now, max) as Seq[];
		for (const { seq } of withBody) emptyBody(seq);
		if (withBody.length > 0) return withBody.length;
		const bare = delivered.all(1, now - RESENT_FOR_MS, max) as Seq[];
		for (const { seq } of bare) remove(seq, now);
		return bare.length;
	};

	return {
		usedBytes,
		trim(max, now) {
			if (maxBytes === undefined) return NOTHING;
			const evicted = trimDead(maxBytes * ROOM.dead, max, now);
			let count = evicted.length;
			let used = usedBytes();
			isTrimming ||= used > maxBytes * ROOM.high;
			while (isTrimming && count < max) {
				const done =
					used > maxBytes * ROOM.low
						? trimDelivered(Math.min(STEP, max - count), now)
						: 0;
				isTrimming = done > 0;
				count += done;
				used = usedBytes();
			}
			return { count, evicted };
		},
	};
}

const DAY_MS = 86_400_000;
/** A delivery that is due within a quarter of an hour is not changed, because a whole backlog may be. */
const NEAR_MS = 900_000;
/** 4 MiB of pages of 4 KiB: fewer are not worth the writing. */
const MIN_FREE_PAGES = 1024;
/** 2 MiB a call. */
const SHRINK_PAGES = 512;

const NOTHING: Trimmed = { count: 0, evicted: [] };

/** Deliveries that go between two measurements of the room. */
const STEP = 50;

interface Seq {
	readonly seq: number;
}

interface DeadRow {
	readonly seq: number;
	readonly id: string;
	readonly route: string;
}
