import type { PruneRules } from "../port/delivery.ts";
import type { Database } from "./driver.ts";
import { SANE_DUE } from "./lanes.ts";
import { createMakeRoom, type Trimmed } from "./make-room.ts";
import type { PluginState } from "./plugin-state.ts";
import type { Remove } from "./remove.ts";
import { readNumber } from "./schema.ts";
import type { SeenSweep } from "./seen-sweep.ts";
import type { Tally } from "./tally.ts";

/** What keeps the file small and its times sane. */
export interface Upkeep {
	/** Inside a transaction of the caller. Counts the deliveries that were removed, whole or their bodies. */
	prune(rules: PruneRules, now: number): Trimmed;
	/** Notes how much room is taken. */
	measure(): void;
	/** Gives free pages back to the disk, a bounded number a call, where many are free. Outside of a transaction. */
	shrink(): void;
	/**
	 * Brings times back that lie ahead: they were written under a clock that was wrong, and an event MUST NOT be parked for
	 * years. Inside a transaction of the caller.
	 */
	mendTimes(now: number): void;
	/** Routes with work that is ready now or later, and when the first of each is due. */
	due(): Map<string, number>;
}

export function createUpkeep(
	db: Database,
	remove: Remove,
	sweepSeen: SeenSweep,
	state: PluginState,
	tally: Tally,
	maxBytes: number | undefined,
): Upkeep {
	const finished = (code: number, extra = "") =>
		db.prepare(
			`select seq from delivery indexed by delivery_finished
			where state in (2, 3) and state = ${code} and is_bodiless = ? and updated_at <= ?${extra} limit ?`,
		);
	const delivered = finished(2);
	const dead = finished(3);
	const markBodiless = db.prepare(
		`update delivery not indexed set is_bodiless = 1,
			size = (select octet_length(envelope) from body where body.seq = delivery.seq) where seq = ?`,
	);
	const emptyBody = db.prepare("update body set body = null where seq = ?");
	const letBodyGo = (seq: number) => {
		markBodiless.run(seq);
		emptyBody.run(seq);
	};
	const room = createMakeRoom(db, remove, tally, letBodyGo, maxBytes);
	// Walks from route to route over the index: as many steps as there are routes, however many wait.
	const nextRoute = db.prepare(
		`select route, due from delivery indexed by delivery_ready
		where state = 0 and route > ? order by route, due limit 1`,
	);
	const mendDue = db.prepare(
		`update delivery indexed by delivery_ready set due = ${SANE_DUE}, updated_at = min(updated_at, ?)
		where state = 0 and route = ? and due > ? and updated_at > ?`,
	);
	const mendFinished = db.prepare(
		`update delivery indexed by delivery_finished set updated_at = ?
		where state in (2, 3) and state = ? and is_bodiless = ? and updated_at > ?`,
	);

	const due: Upkeep["due"] = () => {
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

	return {
		due,
		prune({ deliveredMs, deadMs, bodyMs, max }, now) {
			let left = max;
			for (const [statement, keptMs] of [
				[delivered, deliveredMs],
				[dead, deadMs],
			] as const) {
				for (const isBodiless of [1, 0]) {
					const rows = statement.all(isBodiless, now - keptMs, left) as Seq[];
					for (const { seq } of rows) remove(seq, now);
					left -= rows.length;
				}
			}
			sweepSeen(max - left);
			if (bodyMs !== undefined) {
				const rows = delivered.all(0, now - bodyMs, left) as Seq[];
				for (const { seq } of rows) letBodyGo(seq);
				left -= rows.length;
			}
			state.prune(max, now);
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
		mendTimes(now) {
			for (const route of due().keys())
				mendDue.run(now, now, now, route, now + NEAR_MS, now);
			for (const code of [2, 3])
				for (const isBodiless of [0, 1])
					mendFinished.run(now, code, isBodiless, now + DAY_MS);
		},
	};
}

// --- helpers ---

const DAY_MS = 86_400_000;
/** What is due within a quarter of an hour is soon enough, and not looked at: a whole backlog may be that. */
const NEAR_MS = 900_000;
/** 4 MiB of pages of 4 KiB: less is not worth the writing. */
const MIN_FREE_PAGES = 1024;
/** 2 MiB a call. */
const SHRINK_PAGES = 512;

interface Seq {
	readonly seq: number;
}
