import {
	type Cells,
	HISTORY_TIERS,
	type HistoryTier,
	mergeCells,
} from "../../../inbox/port/history.ts";
import type { InboxStore } from "../../../inbox/port/store.ts";
import { ALL_ROUTES } from "../../../observe/history/slots.ts";
import { type Total, toTotal } from "../../../observe/history/total.ts";
import { plural } from "../../findings/show.ts";

/** The counts of the last hour and the last day, by all routers of an inbox. */
export interface Recent {
	readonly lastHour: Total;
	readonly lastDay: Total;
}

/** Reads the counts of the last hour and the last day. */
export async function readRecent(
	store: Pick<InboxStore, "readHistory">,
	now: number,
): Promise<Recent> {
	const [finest, middle] = HISTORY_TIERS as readonly [HistoryTier, HistoryTier];
	const read = async (stepMs: number, spanMs: number): Promise<Total> => {
		const { rows } = await store.readHistory({
			routes: [ALL_ROUTES],
			stepMs,
			from: now - spanMs,
			to: now + stepMs,
		});
		return toTotal(
			rows.reduce<Cells>((sum, { cells }) => mergeCells(sum, cells), []),
		);
	};
	return {
		lastHour: await read(finest.stepMs, HOUR_MS),
		lastDay: await read(middle.stepMs, 24 * HOUR_MS),
	};
}

/** Describes the counts of a time in a sentence, for people. */
export function describeTotal(total: Total): string {
	const { webhooks, runs, failures, handler } = total;
	const count = Object.values(webhooks).reduce((sum, one) => sum + one, 0);
	const parts = [plural(count, "webhook")];
	if (runs > 0)
		parts.push(`${failures} of ${plural(runs, "handler run")} failed`);
	if (handler !== undefined) parts.push(`99 % within ${handler.p99} ms`);
	return parts.join(", ");
}

// --- helpers ---

const HOUR_MS = 3_600_000;
