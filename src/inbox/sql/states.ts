import type { DeliveryState } from "../port/delivery.ts";
import type { Budget } from "../port/doubt.ts";

/**
 * Codes of the column `state`. Tables and indexes know these numbers: they never change their meaning. A delivery that is ready
 * or blocked is shown as `received`, or as `waiting` once it was tried.
 */
export const STATE = {
	/** May be tried from `due` on. */
	ready: 0,
	leased: 1,
	delivered: 2,
	dead: 3,
	/** Waits waits for an earlier one with its order key. */
	blocked: 4,
	quarantined: 5,
	/** Delivered, its body pruned. PostgreSQL only: SQLite has a column for it. */
	bare: 6,
} as const;

/** Codes of the column `budget`, which is null unless the delivery is quarantined. Indexes know them too. */
export const BUDGET = { door: 1, admitted: 2 } as const satisfies Record<
	Budget,
	number
>;

/** The budget of a code. */
export const BUDGETS: Readonly<Record<number, Budget>> = {
	[BUDGET.door]: "door",
	[BUDGET.admitted]: "admitted",
};

/** The state that a person is shown. */
export function shownState(state: number, isTried: boolean): DeliveryState {
	switch (state) {
		case STATE.leased:
			return "leased";
		case STATE.delivered:
		case STATE.bare:
			return "delivered";
		case STATE.dead:
			return "dead";
		case STATE.quarantined:
			return "quarantined";
		default:
			return isTried ? "waiting" : "received";
	}
}

/** The shown states of work that is neither delivered, dead nor quarantined. */
export const UNFINISHED_STATES: ReadonlySet<DeliveryState> = new Set([
	"received",
	"leased",
	"waiting",
]);

/** True for work that is neither delivered, dead nor quarantined. */
export function isUnfinished(state: number): boolean {
	return (
		state === STATE.ready || state === STATE.leased || state === STATE.blocked
	);
}
