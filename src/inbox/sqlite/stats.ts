import { DELIVERY_STATES, type InboxStats } from "../port/delivery.ts";
import type { Count } from "./look.ts";

/** Adds up the counts of all parts of an inbox. */
export function mergeCounts(
	counts: readonly Count[],
): Pick<InboxStats, "byState" | "byRoute" | "oldestUnfinishedAt"> {
	const byState = Object.fromEntries(
		DELIVERY_STATES.map((state) => [state, 0]),
	) as Record<(typeof DELIVERY_STATES)[number], number>;
	const byRoute = new Map<string, InboxStats["byRoute"][number]>();
	let oldestUnfinishedAt: number | undefined;
	for (const { route, state, count, oldestAt } of counts) {
		byState[state] += count;
		const key = `${state} ${route}`;
		const former = byRoute.get(key)?.count ?? 0;
		byRoute.set(key, { route, state, count: former + count });
		if (UNFINISHED.has(state))
			oldestUnfinishedAt = Math.min(oldestUnfinishedAt ?? Infinity, oldestAt);
	}
	return { byState, byRoute: [...byRoute.values()], oldestUnfinishedAt };
}

// --- helpers ---

const UNFINISHED: ReadonlySet<string> = new Set([
	"received",
	"leased",
	"waiting",
]);
