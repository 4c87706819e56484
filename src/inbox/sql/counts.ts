import {
	DELIVERY_STATES,
	type DeliveryState,
	type InboxStats,
} from "../port/delivery.ts";
import { UNFINISHED_STATES } from "./states.ts";

/** The rows of one route and state, in a part of the inbox. */
export interface Count {
	readonly route: string;
	readonly state: DeliveryState;
	readonly count: number;
	/** When the oldest of them was received. */
	readonly oldestAt: number;
}

/** Adds up counts; a route and state may come several times. */
export function sumCounts(
	counts: readonly Count[],
): Pick<
	InboxStats,
	"byState" | "byRoute" | "oldestUnfinishedAt" | "oldestByRoute"
> {
	const byState = Object.fromEntries(
		DELIVERY_STATES.map((state) => [state, 0]),
	) as Record<DeliveryState, number>;
	const byRoute = new Map<string, InboxStats["byRoute"][number]>();
	const oldest = new Map<string, number>();
	for (const { route, state, count, oldestAt } of counts) {
		byState[state] += count;
		const key = `${state} ${route}`;
		const former = byRoute.get(key)?.count ?? 0;
		byRoute.set(key, { route, state, count: former + count });
		if (UNFINISHED_STATES.has(state))
			oldest.set(route, Math.min(oldest.get(route) ?? Infinity, oldestAt));
	}
	let oldestUnfinishedAt: number | undefined;
	for (const at of oldest.values())
		oldestUnfinishedAt = Math.min(oldestUnfinishedAt ?? Infinity, at);
	return {
		byState,
		byRoute: [...byRoute.values()],
		oldestUnfinishedAt,
		oldestByRoute: [...oldest].map(([route, at]) => ({ route, at })),
	};
}
