import type { Alert } from "../../port/alert.ts";
import { toAttemptText } from "../../port/attempt-text.ts";
import type { Settlement, Verdict } from "../../port/queue.ts";
import type { Database } from "../driver.ts";
import { OUTCOMES } from "../schema.ts";
import type { PluginState } from "../state.ts";
import type { Tally } from "../tally.ts";
import type { Lanes } from "./lanes.ts";
import type { LiveLease, LiveLeases } from "./leases.ts";
import type { Put } from "./put.ts";
import type { Raise } from "./raise.ts";

/** The result of one settle call, to be applied after the commit. */
export interface SettleResult {
	readonly answers: readonly boolean[];
	/** Routes that have new work. */
	readonly routes: ReadonlySet<string>;
	/** The ended leases. */
	readonly over: readonly string[];
}

/** Writes outcomes. Runs in a transaction of the caller. */
export type Settle = (
	settlements: readonly Settlement[],
	now: number,
) => SettleResult;

interface SettleOptions {
	readonly db: Database;
	readonly lanes: Lanes;
	readonly put: Put;
	readonly live: LiveLeases;
	readonly tally: Tally;
	readonly state: PluginState;
	readonly raise: Raise;
}

export function createSettle({
	db,
	lanes,
	put,
	live,
	tally,
	state,
	raise,
}: SettleOptions): Settle {
	const write = createWriter(db);

	/** Advances the lane of a settled delivery. Returns true if its route has work now or later. */
	const bringForward = (
		{ seq, route, orderKey }: LiveLease,
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
		const alerts: Alert[] = [];
		const settleOne = (settlement: Settlement): boolean => {
			const { lease, verdict } = settlement;
			const found = live.get(lease.id);
			if (found === undefined || found.attempt !== lease.attempt) return false;
			const { lapsesWithinMs = Infinity } = settlement;
			if (found.until > now + lapsesWithinMs) return false;
			over.push(lease.id);
			if (!write.move(settlement, found, now)) return false;
			write.addAttempt(settlement, found);
			if (settlement.alerts !== undefined) alerts.push(...settlement.alerts);
			const { route, size } = found;
			if (isFinal(verdict)) tally.countUnfinished(route, -1, size);
			if (verdict.as === "dead") tally.countDead(route, 1, size);
			if (bringForward(found, verdict, now)) routes.add(route);
			if (verdict.as !== "delivered") return true;
			state.write(settlement.writes, now);
			for (const event of settlement.events) {
				if (put.one(event, now).isDuplicate) continue;
				if (event.state === "received") routes.add(event.route);
				for (const name of put.children(event, now)) routes.add(name);
			}
			return true;
		};
		const answers = settlements.map(settleOne);
		for (const route of raise(alerts, now)) routes.add(route);
		return { answers, routes, over };
	};
}

// --- helpers ---

/** Prepares writing the outcome of a lease, and its attempt. */
function createWriter(db: Database) {
	// The rowid finds the row. `state = 1` is only the fence.
	const update = (changes: string) =>
		db.prepare(
			`update delivery not indexed set ${changes}, updated_at = ?
			where seq = ? and state = 1 and attempts = ?`,
		);
	const toDelivered = update("state = 2, reason = null");
	const toDead = update("state = 3, reason = ?");
	const toWaiting = update("state = 0, due = ?, reason = ?");
	const toAlone = update("state = 0, due = ?, reason = ?, order_key = null");
	const toReturned = update(
		"state = 0, attempts = attempts - 1, due = max(due, ?)",
	);
	const addAttempt = db.prepare(
		"insert or replace into attempt (seq, attempt, started_at, duration_ms, outcome, reason) values (?, ?, ?, ?, ?, ?)",
	);
	const run = (verdict: Verdict, { seq, attempt }: LiveLease, now: number) => {
		switch (verdict.as) {
			case "delivered":
				return toDelivered.run(now, seq, attempt);
			case "dead":
				return toDead.run(verdict.reason, now, seq, attempt);
			case "waiting": {
				const due = Math.round(now + verdict.afterMs);
				const to = verdict.stepsAside ? toAlone : toWaiting;
				return to.run(due, verdict.reason, now, seq, attempt);
			}
			case "returned": {
				const { afterMs } = verdict;
				const due = afterMs === undefined ? 0 : Math.round(now + afterMs);
				return toReturned.run(due, now, seq, attempt);
			}
		}
	};

	return {
		/** Returns false if the lease was lost: nothing is written. */
		move: ({ verdict }: Settlement, lease: LiveLease, now: number) =>
			run(verdict, lease, now).changes > 0,
		addAttempt(
			{ verdict, startedAt, durationMs }: Settlement,
			{ seq, attempt }: LiveLease,
		) {
			if (verdict.as === "returned") return;
			addAttempt.run(
				seq,
				attempt,
				Math.round(startedAt),
				Math.round(durationMs),
				OUTCOMES.indexOf(verdict.as),
				(verdict.as === "delivered" ? undefined : toAttemptText(verdict)) ??
					null,
			);
		},
	};
}

function isFinal({ as }: Verdict): boolean {
	return as === "delivered" || as === "dead";
}
