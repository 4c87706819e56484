import type { DeliveryState } from "../../inbox/port/delivery.ts";
import { type Cells, PEAK_SLOTS } from "../../inbox/port/history.ts";
import type {
	AttemptOutcome,
	WebhookOutcome,
} from "../metrics/route-meters.ts";

/**
 * The numbers of a row of the history. Inboxes of users contain these slots: one that is in use MUST NOT get another meaning, and a
 * new number gets a free slot. The buckets of the latencies are those of `LATENCY_SECONDS`, and of all that is slower.
 */
export const SLOTS = {
	/** The batches of processes. Only in the row of all routes: without one, no router ran in the step. */
	batches: 0,
	/** The counts of the whole inbox. Only in the row of all routes. */
	samples: 1,
	webhooks: {
		handled: 10,
		received: 11,
		duplicate: 12,
		probe: 13,
		reported: 14,
		quarantined: 15,
		denied: 16,
		refused: 17,
		unsigned: 18,
		invalid: 19,
		unknown: 20,
		failed: 21,
		fallback: 22,
	} satisfies Record<WebhookOutcome, number>,
	attempts: {
		delivered: 40,
		waiting: 41,
		dead: 42,
		returned: 43,
	} satisfies Record<AttemptOutcome, number>,
	/** The first slot of each latency. A latency takes 30. */
	answers: 60,
	handlers: 90,
	/** Only in the row of all routes. */
	puts: 120,
	/** Deliveries that are neither delivered, dead nor quarantined. Known in each step. */
	unfinished: PEAK_SLOTS,
	/** Deliveries by state, in steps with a sample. */
	depth: {
		received: PEAK_SLOTS + 1,
		leased: PEAK_SLOTS + 2,
		waiting: PEAK_SLOTS + 3,
		dead: PEAK_SLOTS + 4,
		quarantined: PEAK_SLOTS + 5,
	} satisfies Record<Exclude<DeliveryState, "delivered">, number>,
	/** The age of the oldest unfinished delivery in milliseconds, in steps with a sample. */
	oldestMs: PEAK_SLOTS + 10,
} as const;

/** The states of a depth. */
export type DepthState = keyof typeof SLOTS.depth;
export const DEPTH_STATES = Object.keys(SLOTS.depth) as readonly DepthState[];

/** The latencies of the history, with their first slots. */
export const LATENCIES = {
	answer: SLOTS.answers,
	handler: SLOTS.handlers,
	put: SLOTS.puts,
} as const;
export type Latency = keyof typeof LATENCIES;

/** The name of the row that counts all routes, and requests whose route is not known. */
export const ALL_ROUTES = "";

/** Returns the number of a slot. 0 if the row has none. */
export function valueIn(cells: Cells, slot: number): number {
	for (let at = 0; at < cells.length; at += 2)
		if (cells[at] === slot) return cells[at + 1] as number;
	return 0;
}
