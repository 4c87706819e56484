import { RESENT_FOR_MS, ROOM } from "../port/room.ts";
import type { Evicted } from "../port/store.ts";
import type { Database } from "./driver.ts";
import type { Remove } from "./remove.ts";
import { readNumber } from "./schema.ts";
import type { Tally } from "./tally.ts";

/** Keeps the file within its room, inside transactions of the caller. */
export interface MakeRoom {
	/** Bytes of the pages that hold something. */
	usedBytes(): number;
	/**
	 * Lets go, at most `max`, where it is nearly full: of dead ones what is beyond their part, the oldest of the route that has most;
	 * then bodies of delivered ones, the oldest first; then delivered ones that nobody sends again any more.
	 */
	trim(max: number, now: number): Trimmed;
}

/** What a trim did. */
export interface Trimmed {
	readonly count: number;
	/** The dead among them. */
	readonly evicted: readonly Evicted[];
}

/** @param maxBytes undefined for no bound */
export function createMakeRoom(
	db: Database,
	remove: Remove,
	tally: Tally,
	emptyBody: (seq: number) => void,
	maxBytes: number | undefined,
): MakeRoom {
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

	/** Of delivered ones: bodies first, since without its row one that is sent again would count as new. */
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

// --- helpers ---

const NOTHING: Trimmed = { count: 0, evicted: [] };

/** Deliveries between two looks how much is used. */
const STEP = 50;

interface Seq {
	readonly seq: number;
}

interface DeadRow {
	readonly seq: number;
	readonly id: string;
	readonly route: string;
}
