import type { Database } from "./driver.ts";
import type { Lanes } from "./lanes.ts";
import { BUDGETS, STATE } from "./schema.ts";
import type { Seen } from "./seen.ts";
import type { Tally } from "./tally.ts";

/** Removes a delivery with all that belongs to it, inside a transaction of the caller; its lane goes on. */
export type Remove = (seq: number, now: number) => void;

export function createRemove(
	db: Database,
	lanes: Lanes,
	tally: Tally,
	seen: Seen,
): Remove {
	const deleteDelivery = db.prepare(
		`delete from delivery not indexed where seq = ?
		returning state, route, order_key as orderKey, attempts, size, budget`,
	);
	const deleteBody = db.prepare("delete from body where seq = ?");
	const deleteAttempts = db.prepare("delete from attempt where seq = ?");

	return (seq, now) => {
		seen.leave(seq);
		// `all` steps to the end: a DELETE that returns rows is not done before.
		const [gone] = deleteDelivery.all(seq) as readonly Gone[];
		if (gone === undefined) return;
		deleteBody.run(seq);
		if (gone.attempts > 0) deleteAttempts.run(seq);
		switch (gone.state) {
			case STATE.QUARANTINED:
				tally.countQuarantined(
					BUDGETS[gone.budget ?? 0] ?? "admitted",
					-1,
					gone.size,
				);
				break;
			case STATE.DEAD:
				tally.countDead(gone.route, -1, gone.size);
				break;
			case STATE.READY:
			case STATE.LEASED:
				tally.countUnfinished(gone.route, -1, gone.size);
				if (gone.orderKey !== null)
					lanes.moveUp(gone.route, gone.orderKey, now);
				break;
			case STATE.BLOCKED:
				tally.countUnfinished(gone.route, -1, gone.size);
				break;
		}
	};
}

// --- helpers ---

interface Gone {
	readonly state: number;
	readonly route: string;
	readonly orderKey: string | null;
	readonly attempts: number;
	readonly size: number;
	readonly budget: number | null;
}
