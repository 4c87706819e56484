import { STATE } from "../../sql/states.ts";
import type { Database } from "../driver.ts";

/**
 * Keeps the order of the deliveries that share a route and an order key: their lane. The head of a lane is ready or leased; every other
 * unfinished delivery of it is blocked. The unique index `delivery_head` refuses a second head, whatever the code does.
 */
export interface Lanes {
	/** The state in which a new delivery joins the end of its lane. */
	join(route: string, orderKey: string): number;
	/**
	 * Returns the state in which a finished or quarantined delivery returns to its lane, in the order of arrival. It replaces a
	 * head that arrived later, unless that head is leased. The caller writes the state.
	 */
	comeBack(route: string, orderKey: string, seq: number): number;
	/** Makes the first blocked delivery the head of a lane without a head. Returns false if none is blocked. */
	moveUp(route: string, orderKey: string, now: number): boolean;
	/** If a delivery that arrived before `seq` returned to the lane while `seq` was leased, makes it the head. `seq` is then ready again. */
	giveWay(route: string, orderKey: string, seq: number, now: number): void;
}

/**
 * Returns the `due` of a row, as SQL with `now` twice. A row that was updated in the future was written under a wrong clock:
 * its remaining time then starts from now.
 */
export const SANE_DUE =
	"case when updated_at > ? then ? + max(0, due - updated_at) else due end";

export function createLanes(db: Database): Lanes {
	const head = db.prepare(
		`select seq, state from delivery indexed by delivery_head
		where route = ? and order_key = ? and state in (0, 1)`,
	);
	const firstBlocked = db.prepare(
		`select seq from delivery indexed by delivery_blocked
		where route = ? and order_key = ? and state = 4 order by seq limit 1`,
	);
	const block = db.prepare(
		"update delivery not indexed set state = 4 where seq = ?",
	);
	const unblock = db.prepare(
		`update delivery not indexed set state = 0, due = ${SANE_DUE} where seq = ?`,
	);
	// One statement for both, because it runs for each event of a lane.
	const unblockFirst = db.prepare(
		`update delivery not indexed set state = 0, due = ${SANE_DUE} where seq = (
			select seq from delivery indexed by delivery_blocked
			where route = ? and order_key = ? and state = 4 order by seq limit 1)`,
	);
	const headOf = (route: string, orderKey: string) =>
		head.get(route, orderKey) as Head | undefined;
	const firstBlockedOf = (route: string, orderKey: string) =>
		firstBlocked.get(route, orderKey) as { readonly seq: number } | undefined;

	return {
		join: (route, orderKey) =>
			headOf(route, orderKey) === undefined ? STATE.ready : STATE.blocked,
		comeBack(route, orderKey, seq) {
			const before = headOf(route, orderKey);
			if (before === undefined) return STATE.ready;
			if (before.state === STATE.leased || before.seq < seq)
				return STATE.blocked;
			block.run(before.seq);
			return STATE.ready;
		},
		moveUp: (route, orderKey, now) =>
			unblockFirst.run(now, now, route, orderKey).changes > 0,
		giveWay(route, orderKey, seq, now) {
			const next = firstBlockedOf(route, orderKey);
			if (next === undefined || next.seq > seq) return;
			block.run(seq);
			unblock.run(now, now, next.seq);
		},
	};
}

// --- helpers ---

interface Head {
	readonly seq: number;
	readonly state: number;
}
