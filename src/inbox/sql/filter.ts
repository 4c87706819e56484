import type {
	DeliveryFilter,
	DeliveryOutcome,
	DeliveryState,
} from "../port/delivery.ts";

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
	const { routes, outcome } = filter;
	if (routes !== undefined)
		terms.push(
			routes.length === 0
				? "false"
				: `route in (${routes.map(bind).join(", ")})`,
		);
	if (outcome !== undefined) terms.push(outcomeToSql(outcome, bind));
	for (const [key, comparison] of COMPARISONS) {
		const value = filter[key];
		if (value !== undefined) terms.push(`${comparison} ${bind(value)}`);
	}
	return terms;
}

// --- helpers ---

/** A reason begins with its code, and the reason of a replayed delivery with `replayed after`. */
function outcomeToSql(
	outcome: DeliveryOutcome,
	bind: (value: string) => string,
): string {
	switch (outcome) {
		case "delivered":
			return "state in (2, 6)";
		case "failed":
			return "(state = 3 or state in (0, 1, 4) and attempts > 0 and reason is not null)";
		case "untried":
			return "(state in (0, 1, 4, 5) and attempts = 0)";
		default:
			// A code contains no character that a pattern treats specially but `_`, which matches itself too.
			return `(reason like ${bind(`${outcome}%`)} or reason like ${bind(`replayed%${outcome}: %`)})`;
	}
}

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
	key: Exclude<keyof DeliveryFilter, "states" | "routes" | "outcome">,
	comparison: string,
])[] = [
	["route", "route ="],
	["kind", "kind ="],
	["dedupeKey", "dedupe_key ="],
	["orderKey", "order_key ="],
	["from", "received_at >="],
	["to", "received_at <"],
];
