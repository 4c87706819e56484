import type { DeliveryFilter, DeliveryState } from "../port/delivery.ts";

/**
 * Turns a filter into SQL conditions on `delivery`, all of which hold.
 *
 * @param bind notes a value, and returns its placeholder
 */
export function filterToSql(
	filter: DeliveryFilter,
	bind: (value: string | number) => string,
): readonly string[] {
	const { states } = filter;
	const terms =
		states === undefined
			? []
			: [`(${["false", ...states.map((state) => TERMS[state])].join(" or ")})`];
	for (const [key, comparison] of COMPARISONS) {
		const value = filter[key];
		if (value !== undefined) terms.push(`${comparison} ${bind(value)}`);
	}
	return terms;
}

// --- helpers ---

/** Literal numbers, so that partial indexes fit. */
const TERMS: Readonly<Record<DeliveryState, string>> = {
	received: "(state in (0, 4) and attempts = 0)",
	waiting: "(state in (0, 4) and attempts > 0)",
	leased: "state = 1",
	delivered: "state in (2, 6)",
	dead: "state = 3",
	quarantined: "state = 5",
};

const COMPARISONS: readonly (readonly [
	key: Exclude<keyof DeliveryFilter, "states">,
	comparison: string,
])[] = [
	["route", "route ="],
	["kind", "kind ="],
	["dedupeKey", "dedupe_key ="],
	["orderKey", "order_key ="],
	["from", "received_at >="],
	["to", "received_at <"],
];
