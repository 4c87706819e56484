import type { DeliveryState } from "../port/delivery.ts";
import type { Budget } from "../port/doubt.ts";

/** How the tables name a state. `blocked` waits behind another of its order key; `bare` is delivered, its body pruned. */
export const STATE = {
	ready: 0,
	leased: 1,
	delivered: 2,
	dead: 3,
	blocked: 4,
	quarantined: 5,
	bare: 6,
} as const;

/** How the tables name the budgets of the quarantine; null unless it is quarantined. */
export const BUDGET = { door: 1, admitted: 2 } as const satisfies Record<
	Budget,
	number
>;

/** What the port calls a state. */
export function nameOf(state: number, attempts: number): DeliveryState {
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
			return attempts === 0 ? "received" : "waiting";
	}
}

/** The condition on a row of `delivery` that the port calls a state; literal numbers, so that partial indexes fit. */
export function conditionOf(state: DeliveryState): string {
	return CONDITIONS[state];
}

/** True for work that is neither delivered, dead nor quarantined. */
export function isUnfinished(state: number): boolean {
	return (
		state === STATE.ready || state === STATE.leased || state === STATE.blocked
	);
}

// --- helpers ---

const CONDITIONS: Readonly<Record<DeliveryState, string>> = {
	received: "(state in (0, 4) and attempts = 0)",
	waiting: "(state in (0, 4) and attempts > 0)",
	leased: "state = 1",
	delivered: "state in (2, 6)",
	dead: "state = 3",
	quarantined: "state = 5",
};
