import type { DeliveryFilter, DeliveryState } from "../port/delivery.ts";
import { dedupeHash } from "./dedupe.ts";
import type { SqlValue } from "./driver.ts";

/** A filter as SQL over `delivery`. */
export interface Condition {
	/** Which index the table is read by, empty for its own order. */
	readonly by: string;
	readonly sql: string;
	readonly values: readonly SqlValue[];
	/** True where so few rows fit or are looked at that one statement may look at all of them. */
	readonly isNarrow: boolean;
}

/**
 * Turns a filter into SQL. What no index serves is read in the order of arrival, a window at a time: a statement that walks a
 * million rows would hold up every put behind it.
 */
export function toCondition(filter: DeliveryFilter): Condition {
	const terms: string[] = [];
	const values: SqlValue[] = [];
	const add = (term: string, ...given: SqlValue[]) => {
		terms.push(term);
		values.push(...given);
	};
	const { states, dedupeKey } = filter;
	const isParked = states?.every((state) => PARKED.has(state)) ?? false;
	// The index counts only where its own condition stands in the query, word for word.
	if (isParked) add("state in (3, 5)");
	if (states !== undefined)
		add(`(${states.map((state) => TERM[state]).join(" or ") || "false"})`);
	if (dedupeKey !== undefined)
		// Quarantined ones hold no key, and are few.
		add(
			`dedupe_key = ? and seq in (
				select seq from seen where hash = ?
				union all select seq from delivery indexed by delivery_parked
				where state in (3, 5) and state = 5 and dedupe_key = ?)`,
			dedupeKey,
			dedupeHash(dedupeKey),
			dedupeKey,
		);
	if (filter.route !== undefined) add("route = ?", filter.route);
	if (filter.kind !== undefined) add("kind = ?", filter.kind);
	if (filter.orderKey !== undefined) add("order_key = ?", filter.orderKey);
	if (filter.from !== undefined) add("received_at >= ?", filter.from);
	if (filter.to !== undefined) add("received_at < ?", filter.to);
	const isByKey = dedupeKey !== undefined;
	return {
		by: isParked && !isByKey ? "indexed by delivery_parked" : "not indexed",
		sql: terms.join(" and ") || "true",
		values,
		isNarrow: isParked || isByKey,
	};
}

// --- helpers ---

const PARKED: ReadonlySet<DeliveryState> = new Set(["dead", "quarantined"]);

const TERM: Readonly<Record<DeliveryState, string>> = {
	received: "state in (0, 4) and attempts = 0",
	waiting: "state in (0, 4) and attempts > 0",
	leased: "state = 1",
	delivered: "state = 2",
	dead: "state = 3",
	quarantined: "state = 5",
};
