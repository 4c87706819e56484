import { fromAttemptText } from "../port/attempt-text.ts";
import {
	ACTIONS,
	type Action,
	type ActionName,
	type Attempt,
	type DeliveryContent,
	type DeliveryDetail,
	type DeliveryRow,
} from "../port/delivery.ts";
import type { Doubt } from "../port/doubt.ts";
import { STATE, shownState } from "./states.ts";

/** A row of `delivery`, under the names of SQLite's columns. */
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

/** A row of `body`. */
export interface RawPayload {
	readonly envelope: string;
	readonly body: Uint8Array | null;
	readonly answer: string | null;
}

/** A row of `attempt`; each engine has its own codes of the outcome. */
export interface RawAttempt {
	readonly attempt: number;
	readonly started_at: number;
	readonly duration_ms: number;
	readonly outcome: number;
	readonly reason: string | null;
}

/** A row of `action`. */
export interface RawAction {
	/** The index in `ACTIONS`. */
	readonly action: number;
	readonly at: number;
	readonly actor: string | null;
	readonly reason: string | null;
}

/** Returns the code of an action, which tables know: `ACTIONS` only grows. */
export function actionCode(action: ActionName): number {
	return ACTIONS.indexOf(action);
}

/** Returns the actions of a delivery, or nothing to spread if there are none. */
export function toActions(
	raw: readonly RawAction[],
): Pick<DeliveryDetail, "actions"> {
	if (raw.length === 0) return {};
	const actions = raw.map(
		({ action, at, actor, reason }): Action => ({
			action: ACTIONS[action] ?? "replayed",
			at,
			actor: actor ?? undefined,
			reason: reason ?? undefined,
		}),
	);
	return { actions };
}

/** A delivery with its content. */
export function toContent(raw: RawRow & RawPayload): DeliveryContent {
	return {
		...toDeliveryRow(raw),
		envelope: raw.envelope,
		body: raw.body ?? undefined,
		answer: raw.answer ?? undefined,
		cursor: `${raw.seq}`,
	};
}

/** A delivery as lists show it. */
export function toDeliveryRow(raw: RawRow): DeliveryRow {
	const isBlocked = raw.state === STATE.blocked;
	return {
		id: raw.id,
		route: raw.route,
		kind: raw.kind,
		state: shownState(raw.state, raw.attempts > 0),
		attempts: raw.attempts,
		dedupeKey: raw.dedupe_key ?? undefined,
		orderKey: raw.order_key ?? undefined,
		receivedAt: raw.received_at,
		dueAt: raw.state === STATE.ready || isBlocked ? raw.due : undefined,
		updatedAt: raw.updated_at,
		reason: raw.reason ?? undefined,
		sizeBytes: raw.size,
		isBlocked,
	};
}

/**
 * A delivery whole.
 *
 * @param attempts its own, in order
 * @param outcomeOf reads the engine's code of an outcome
 */
export function toDetail(
	raw: RawRow,
	payload: RawPayload | undefined,
	attempts: readonly RawAttempt[],
	outcomeOf: (code: number) => Attempt["outcome"],
): DeliveryDetail {
	return {
		...toDeliveryRow(raw),
		envelope: payload?.envelope ?? "{}",
		body: payload?.body ?? undefined,
		history: attempts.map((one) => ({
			attempt: one.attempt,
			startedAt: one.started_at,
			durationMs: one.duration_ms,
			outcome: outcomeOf(one.outcome),
			...fromAttemptText(one.reason),
		})),
		...(payload !== undefined &&
			payload.answer !== null && { answer: payload.answer }),
		doubts: raw.doubts === null ? [] : (JSON.parse(raw.doubts) as Doubt[]),
	};
}
