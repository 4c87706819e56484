import {
	DELIVERY_STATES,
	type DeliveryState,
	type InboxStats,
} from "../inbox/port/delivery.ts";

/** The number of deliveries of a route in each state. */
export type RouteCounts = Record<DeliveryState, number> & {
	readonly route: string;
};

/** Makes one row for each route, with a count for each state, sorted by name. */
export function countByRoute(
	counts: InboxStats["byRoute"],
): readonly RouteCounts[] {
	const rows = new Map<string, Record<DeliveryState, number>>();
	for (const { route, state, count } of counts) {
		const row = rows.get(route) ?? none();
		row[state] += count;
		rows.set(route, row);
	}
	return [...rows]
		.map(([route, row]) => ({ route, ...row }))
		.sort((a, b) => (a.route < b.route ? -1 : 1));
}

// --- helpers ---

function none(): Record<DeliveryState, number> {
	return Object.fromEntries(
		DELIVERY_STATES.map((state) => [state, 0]),
	) as Record<DeliveryState, number>;
}
