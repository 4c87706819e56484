import { fromAttemptText } from "../port/attempt-text.ts";
import type {
	Attempt,
	DeliveryDetail,
	DeliveryRow,
	DeliveryState,
} from "../port/delivery.ts";
import type { Doubt } from "../port/doubt.ts";
import { STATE } from "./schema.ts";
import { OUTCOMES } from "./settle.ts";

/** The columns that a `DeliveryRow` is made of, for a SELECT that reads `delivery`. */
export const ROW_COLUMNS =
	"seq, id, route, kind, state, due, attempts, dedupe_key, order_key, received_at, updated_at, size, reason, doubts";

/** A row as SQLite returns it. */
export interface RawRow {
	readonly seq: number;
	readonly id: string;
	readonly route: string;
	readonly kind: string;
	readonly state: number;
	readonly due: number;
	readonly attempts: number;
	readonly dedupe_key: string | null;
	readonly order_key: string | null;
	readonly received_at: number;
	readonly updated_at: number;
	readonly size: number;
	readonly reason: string | null;
	/** JSON; null unless it is quarantined. */
	readonly doubts: string | null;
}

/** The state that a person is shown. */
export function shownState(state: number, isTried: boolean): DeliveryState {
	switch (state) {
		case STATE.LEASED:
			return "leased";
		case STATE.DELIVERED:
			return "delivered";
		case STATE.DEAD:
			return "dead";
		case STATE.QUARANTINED:
			return "quarantined";
		default:
			return isTried ? "waiting" : "received";
	}
}

export function toDeliveryRow(raw: RawRow): DeliveryRow {
	const { state } = raw;
	return {
		id: raw.id,
		route: raw.route,
		kind: raw.kind,
		state: shownState(state, raw.attempts > 0),
		attempts: raw.attempts,
		dedupeKey: raw.dedupe_key ?? undefined,
		orderKey: raw.order_key ?? undefined,
		receivedAt: raw.received_at,
		dueAt:
			state === STATE.READY || state === STATE.BLOCKED ? raw.due : undefined,
		updatedAt: raw.updated_at,
		reason: raw.reason ?? undefined,
		sizeBytes: raw.size,
		isBlocked: state === STATE.BLOCKED,
	};
}

/** The columns of an `Attempt`, for a SELECT that reads `attempt`. */
export const ATTEMPT_COLUMNS =
	"attempt, started_at, duration_ms, outcome, reason";

/** A row of the history as SQLite returns it. */
export interface RawAttempt {
	readonly attempt: number;
	readonly started_at: number;
	readonly duration_ms: number;
	readonly outcome: number;
	readonly reason: string | null;
}

/** What belongs to a row, of tables of their own. */
export interface RawContent {
	readonly envelope: string;
	readonly body: Uint8Array | null;
}

export function toDetail(
	raw: RawRow,
	content: RawContent | undefined,
	attempts: readonly RawAttempt[],
): DeliveryDetail {
	return {
		...toDeliveryRow(raw),
		envelope: content?.envelope ?? "{}",
		body: content?.body ?? undefined,
		history: attempts.map(toAttempt),
		doubts: raw.doubts === null ? [] : (JSON.parse(raw.doubts) as Doubt[]),
	};
}

// --- helpers ---

function toAttempt(raw: RawAttempt): Attempt {
	return {
		attempt: raw.attempt,
		startedAt: raw.started_at,
		durationMs: raw.duration_ms,
		outcome: OUTCOMES[raw.outcome] ?? "dead",
		...fromAttemptText(raw.reason),
	};
}
