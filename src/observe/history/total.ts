import type { Cells } from "../../inbox/port/history.ts";
import { ATTEMPT_OUTCOMES, WEBHOOK_OUTCOMES } from "../metrics/route-meters.ts";
import { type Quantiles, quantilesOf } from "./quantiles.ts";
import { failuresOf, runsOf } from "./series.ts";
import { LATENCIES, SLOTS, valueIn } from "./slots.ts";

/** The numbers of a route over a longer time. */
export interface Total {
	/** Answered webhooks, by the outcomes that occurred. */
	readonly webhooks: Readonly<Record<string, number>>;
	readonly attempts: Readonly<Record<string, number>>;
	readonly runs: number;
	readonly failures: number;
	/** Milliseconds of the handler. Undefined if it never ran. */
	readonly handler: Quantiles | undefined;
	/** Milliseconds of the answer. */
	readonly answer: Quantiles | undefined;
}

/** Reads the numbers of a row. */
export function toTotal(cells: Cells): Total {
	return {
		webhooks: occurring(WEBHOOK_OUTCOMES, SLOTS.webhooks, cells),
		attempts: occurring(ATTEMPT_OUTCOMES, SLOTS.attempts, cells),
		runs: runsOf(cells),
		failures: failuresOf(cells),
		handler: quantilesOf(cells, LATENCIES.handler),
		answer: quantilesOf(cells, LATENCIES.answer),
	};
}

// --- helpers ---

function occurring<Name extends string>(
	names: readonly Name[],
	slots: Readonly<Record<Name, number>>,
	cells: Cells,
): Readonly<Record<string, number>> {
	return Object.fromEntries(
		names
			.map((name) => [name, valueIn(cells, slots[name])] as const)
			.filter(([, count]) => count > 0),
	);
}
