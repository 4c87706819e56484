import type { Database } from "./driver.ts";
import type { PauseTable } from "./queue/pauses.ts";

/** A part of the finished deliveries: delivered or dead, with or without its body. */
export interface FinishedPart {
	readonly state: "delivered" | "dead";
	readonly isBodiless: boolean;
	/** Milliseconds for which it is kept after its last change. */
	readonly keptMs: number;
}

/** Returns the `seq` of at most `max` finished deliveries whose time is over. The time in which their route was paused does not count. */
export type FindExpired = (
	part: FinishedPart,
	max: number,
	now: number,
) => readonly number[];

/**
 * @param window the rows that one call examines at most while paused time matters. A row of a route that was paused is passed
 *     over, and there may be many of them before the first one that has expired.
 */
export function createFindExpired(
	db: Database,
	pauses: PauseTable,
	window = 20_000,
): FindExpired {
	const plain = { delivered: prepare(db, 2), dead: prepare(db, 3) };
	const careful = {
		delivered: prepareCareful(db, 2),
		dead: prepareCareful(db, 3),
	};
	/** Where the last call for a part ended, if it did not reach the end. */
	const ends = new Map<string, Row>();

	return ({ state, isBodiless, keptMs }, max, now) => {
		if (max <= 0) return [];
		const bare = isBodiless ? 1 : 0;
		const cutoffs = pauses.cutoffs(keptMs, now);
		if (cutoffs.size === 0) {
			const rows = plain[state].all(bare, now - keptMs, max) as [number][];
			return rows.map(([seq]) => seq);
		}
		const key = `${state} ${bare} ${keptMs}`;
		const { at, seq: last } = ends.get(key) ?? START;
		const rows = careful[state].all(bare, now - keptMs, at, last, window);
		const found: number[] = [];
		let end: Row | undefined;
		for (const [seq, route, changedAt] of rows as RawRow[]) {
			if (changedAt <= (cutoffs.get(route) ?? now)) found.push(seq);
			end = { at: changedAt, seq };
			if (found.length === max) break;
		}
		const isFull = found.length === max || rows.length === window;
		if (isFull && end !== undefined) ends.set(key, end);
		else ends.delete(key);
		return found;
	};
}

// --- helpers ---

interface Row {
	readonly at: number;
	readonly seq: number;
}

type RawRow = readonly [seq: number, route: string, changedAt: number];

const START: Row = { at: Number.MIN_SAFE_INTEGER, seq: 0 };

function prepare(db: Database, code: number) {
	const statement = db.prepare(
		`select seq from delivery indexed by delivery_finished
		where state in (2, 3) and state = ${code} and is_bodiless = ? and updated_at <= ? limit ?`,
	);
	statement.setReturnArrays(true);
	return statement;
}

function prepareCareful(db: Database, code: number) {
	const statement = db.prepare(
		`select seq, route, updated_at from delivery indexed by delivery_finished
		where state in (2, 3) and state = ${code} and is_bodiless = ? and updated_at <= ?
			and (updated_at, seq) > (?, ?) order by updated_at, seq limit ?`,
	);
	statement.setReturnArrays(true);
	return statement;
}
