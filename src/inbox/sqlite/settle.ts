import { toAttemptText } from "../port/attempt-text.ts";
import type { Settlement, Verdict } from "../port/queue.ts";
import type { StateWrite } from "../port/state.ts";
import type { Database } from "./driver.ts";
import type { Keep } from "./keep.ts";
import type { Lanes } from "./lanes.ts";
import type { Held, HeldLeases } from "./leases.ts";
import type { Tally } from "./tally.ts";

/** What one settle call did, to be noted once it is committed. */
export interface Settled {
	readonly answers: readonly boolean[];
	/** Routes that have new work. */
	readonly routes: ReadonlySet<string>;
	/** Leases that are over. */
	readonly over: readonly string[];
}

/** Writes outcomes, inside a transaction of the caller. */
export type Settle = (
	settlements: readonly Settlement[],
	now: number,
) => Settled;

/** Codes of the column `outcome`. */
export const OUTCOMES = ["delivered", "waiting", "dead"] as const;

export function createSettle(
	db: Database,
	lanes: Lanes,
	keep: Keep,
	held: HeldLeases,
	tally: Tally,
	writeState: (writes: readonly StateWrite[], now: number) => void,
): Settle {
	// The rowid leads: `state = 1` here is the fence, not a way to find anything.
	const to = (changes: string) =>
		db.prepare(
			`update delivery not indexed set ${changes}, updated_at = ?
			where seq = ? and state = 1 and attempts = ?`,
		);
	const toDelivered = to("state = 2, reason = null");
	const toDead = to("state = 3, reason = ?");
	const toWaiting = to("state = 0, due = ?, reason = ?");
	const toAlone = to("state = 0, due = ?, reason = ?, order_key = null");
	const toReturned = to(
		"state = 0, attempts = attempts - 1, due = max(due, ?)",
	);
	const addAttempt = db.prepare(
		"insert or replace into attempt (seq, attempt, started_at, duration_ms, outcome, reason) values (?, ?, ?, ?, ?, ?)",
	);

	const move = (
		{ verdict }: Settlement,
		{ seq, attempt }: Held,
		now: number,
	) => {
		switch (verdict.as) {
			case "delivered":
				return toDelivered.run(now, seq, attempt);
			case "dead":
				return toDead.run(verdict.reason, now, seq, attempt);
			case "waiting":
				return (verdict.stepsAside ? toAlone : toWaiting).run(
					Math.round(now + verdict.afterMs),
					verdict.reason,
					now,
					seq,
					attempt,
				);
			case "returned":
				return toReturned.run(
					verdict.afterMs === undefined ? 0 : Math.round(now + verdict.afterMs),
					now,
					seq,
					attempt,
				);
		}
	};

	/** Brings the lane of a settled one forward; true where its route has work now or later. */
	const bringForward = (
		{ seq, route, orderKey }: Held,
		verdict: Verdict,
		now: number,
	): boolean => {
		if (isFinal(verdict))
			return orderKey !== undefined && lanes.moveUp(route, orderKey, now);
		if (verdict.as === "waiting" && verdict.stepsAside) {
			if (orderKey !== undefined) lanes.moveUp(route, orderKey, now);
			return true;
		}
		if (orderKey !== undefined) lanes.giveWay(route, orderKey, seq, now);
		return true;
	};

	return (settlements, now) => {
		const routes = new Set<string>();
		const over: string[] = [];
		const settleOne = (settlement: Settlement): boolean => {
			const { lease, verdict, startedAt, durationMs } = settlement;
			const found = held.get(lease.id);
			if (found === undefined || found.attempt !== lease.attempt) return false;
			over.push(lease.id);
			if (move(settlement, found, now).changes === 0) return false;
			if (verdict.as !== "returned")
				addAttempt.run(
					found.seq,
					found.attempt,
					Math.round(startedAt),
					Math.round(durationMs),
					OUTCOMES.indexOf(verdict.as),
					(verdict.as === "delivered" ? undefined : toAttemptText(verdict)) ??
						null,
				);
			if (isFinal(verdict)) tally.countUnfinished(found.route, -1, found.size);
			if (verdict.as === "dead") tally.countDead(found.route, 1, found.size);
			if (bringForward(found, verdict, now)) routes.add(found.route);
			if (verdict.as !== "delivered") return true;
			writeState(settlement.writes, now);
			for (const event of settlement.events)
				if (!keep.put(event, now).isDuplicate) routes.add(event.route);
			return true;
		};
		const answers = settlements.map(settleOne);
		return { answers, routes, over };
	};
}

// --- helpers ---

function isFinal({ as }: Verdict): boolean {
	return as === "delivered" || as === "dead";
}
