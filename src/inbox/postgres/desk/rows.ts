import type { Attempt, DeliveryFilter } from "../../port/delivery.ts";
import { filterToSql } from "../../sql/filter.ts";
import type { RawAttempt, RawPayload, RawRow } from "../../sql/rows.ts";
import { STATE } from "../../sql/states.ts";
import { storable } from "../sql.ts";

/** The columns of a `RawRow`, for a SELECT that reads `delivery` as `d`. */
export const ROW_COLUMNS =
	"d.seq, d.id, d.route, d.kind, d.state, d.attempts, d.dedupe_key, d.order_key, d.received_at, d.due, d.updated as updated_at, d.reason, d.size, d.doubts";

/** The columns of a `RawPayload`, for a SELECT that reads `body` as `b`. */
export const PAYLOAD_COLUMNS = "b.envelope, b.bytes as body, b.answer";

/** A delivery with its payload. */
export type WholeRow = RawRow & RawPayload;

/** A row of `attempt`. */
export interface AttemptRow extends RawAttempt {
	readonly seq: number;
}

/** Reads the code of an outcome. */
export function outcomeOf(code: number): Attempt["outcome"] {
	if (code === STATE.delivered) return "delivered";
	return code === STATE.dead ? "dead" : "waiting";
}

/**
 * The condition of a filter on `delivery` as `d`, its values appended to `values`.
 *
 * @param schema the schema's name, quoted
 */
export function conditionOf(
	schema: string,
	filter: DeliveryFilter,
	values: unknown[],
): string {
	const bind = (value: string | number): string =>
		`$${values.push(typeof value === "string" ? storable(value) : value)}`;
	const terms = [...filterToSql(filter, bind)];
	const { dedupeKey } = filter;
	if (dedupeKey === undefined) return ["true", ...terms].join(" and ");
	// PostgreSQL uses a partial index only if its condition is in the query. The index of the keys lacks the quarantined, which are few.
	const key = bind(dedupeKey);
	const ofKey = `select k.seq from ${schema}.delivery k where k.dedupe_key = ${key} and k.state`;
	terms.push(`d.seq = any(array(${ofKey} <> 5 union all ${ofKey} = 5))`);
	return terms.join(" and ");
}
