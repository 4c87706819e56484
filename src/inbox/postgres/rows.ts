import { fromAttemptText } from "../port/attempt-text.ts";
import type {
	Attempt,
	DeliveryDetail,
	DeliveryFilter,
	DeliveryRow,
} from "../port/delivery.ts";
import type { Doubt } from "../port/doubt.ts";
import { storable } from "./sql.ts";
import { conditionOf, nameOf, STATE } from "./states.ts";

/** The columns of `delivery` that a row is made of, under the alias `d`. */
export const ROW_COLUMNS =
	"d.seq, d.id, d.route, d.kind, d.state, d.attempts, d.dedupe_key, d.order_key, d.received_at, d.due, d.updated, d.reason, d.size, d.budget, d.doubts";

/** What ROW_COLUMNS give. */
export interface Row {
	readonly seq: number;
	readonly id: string;
	readonly route: string;
	readonly kind: string;
	readonly state: number;
	readonly attempts: number;
	readonly dedupe_key: string | null;
	readonly order_key: string | null;
	readonly received_at: number;
	readonly due: number;
	readonly updated: number;
	readonly reason: string | null;
	readonly size: number;
	readonly budget: number | null;
	/** JSON; null unless it is quarantined. */
	readonly doubts: string | null;
}

/** The same with what lies in `body`. */
export interface WholeRow extends Row {
	readonly envelope: string;
	readonly bytes: Buffer | null;
}

/** A row of `attempt`. */
export interface AttemptRow {
	readonly seq: number;
	readonly attempt: number;
	readonly started_at: number;
	readonly duration_ms: number;
	readonly outcome: number;
	readonly reason: string | null;
}

/** A delivery as lists show it. */
export function toDelivery(row: Row): DeliveryRow {
	const isWaiting = row.state === STATE.ready || row.state === STATE.blocked;
	return {
		id: row.id,
		route: row.route,
		kind: row.kind,
		state: nameOf(row.state, row.attempts),
		attempts: row.attempts,
		dedupeKey: row.dedupe_key ?? undefined,
		orderKey: row.order_key ?? undefined,
		receivedAt: row.received_at,
		dueAt: isWaiting ? row.due : undefined,
		updatedAt: row.updated,
		reason: row.reason ?? undefined,
		sizeBytes: row.size,
		isBlocked: row.state === STATE.blocked,
	};
}

/** A delivery whole; `attempts` are its own, in order. */
export function toDetail(
	row: WholeRow,
	attempts: readonly AttemptRow[],
): DeliveryDetail {
	return {
		...toDelivery(row),
		envelope: row.envelope,
		body: row.bytes ?? undefined,
		history: attempts.map(toAttempt),
		doubts: row.doubts === null ? [] : (JSON.parse(row.doubts) as Doubt[]),
	};
}

/** The condition of a filter on `delivery d`, its values appended to `values`. */
export function filterToSql(filter: DeliveryFilter, values: unknown[]): string {
	const conditions: string[] = [];
	const compare = (column: string, operator: string, value: unknown) => {
		if (value === undefined) return;
		values.push(typeof value === "string" ? storable(value) : value);
		conditions.push(`d.${column} ${operator} $${values.length}`);
	};
	if (filter.states !== undefined)
		conditions.push(
			`(${["false", ...filter.states.map(conditionOf)].join(" or ")})`,
		);
	compare("route", "=", filter.route);
	compare("kind", "=", filter.kind);
	compare("dedupe_key", "=", filter.dedupeKey);
	compare("order_key", "=", filter.orderKey);
	compare("received_at", ">=", filter.from);
	compare("received_at", "<", filter.to);
	return ["true", ...conditions].join(" and ");
}

// --- helpers ---

function toAttempt(row: AttemptRow): Attempt {
	return {
		attempt: row.attempt,
		startedAt: row.started_at,
		durationMs: row.duration_ms,
		outcome:
			row.outcome === STATE.delivered
				? "delivered"
				: row.outcome === STATE.dead
					? "dead"
					: "waiting",
		...fromAttemptText(row.reason),
	};
}
