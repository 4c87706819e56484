import type { DeliveryRow } from "../inbox/port/delivery.ts";

/** The chosen deliveries of one route in one state. */
export interface Group extends Pick<DeliveryRow, "route" | "state"> {
	readonly count: number;
}

/** Counts deliveries by route and state, the most first. */
export function groupsOf(
	rows: readonly Pick<DeliveryRow, "route" | "state">[],
): readonly Group[] {
	const groups = new Map<string, Group>();
	for (const { route, state } of rows) {
		const key = `${state} ${route}`;
		const count = (groups.get(key)?.count ?? 0) + 1;
		groups.set(key, { route, state, count });
	}
	return [...groups.values()].sort((a, b) => b.count - a.count);
}
