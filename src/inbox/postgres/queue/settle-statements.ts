import { toAttemptText } from "../../port/attempt-text.ts";
import type { Settlement } from "../../port/queue.ts";
import { STATE } from "../../sql/states.ts";
import {
	bigintArray,
	booleanArray,
	integerArray,
	smallintArray,
	textArray,
} from "../arrays.ts";
import type { Statement } from "../connect/connections.ts";
import { CLOCK, storableOrNull } from "../sql.ts";
import type { LeaseMemo } from "./lease.ts";

export type SettleStatements = Record<
	"update" | "stepAside" | "lanesOf" | "known",
	Statement
>;

/**
 * Returns the statements that settle deliveries.
 *
 * @param schema the schema's name, quoted
 */
export function settleStatements(schema: string): SettleStatements {
	return {
		update: {
			name: "settle",
			// `state + 0` prevents the planner from using the small index of leased rows, which is full of dead entries.
			text: `with ${CLOCK}, given as materialized (
				select coalesce(seq, (select k.seq from ${schema}.delivery k where k.id = u.id)) as seq, attempt, state, coalesce(after, 0) as after,
					reason, is_returned is not null as is_returned, started_at, duration_ms, told, lapse, ord
				from unnest($2::bigint[], $3::text[], $4::int[], $5::smallint[], $6::bigint[], $7::text[], $8::bool[], $9::bigint[], $10::int[], $11::text[], $12::bigint[])
				with ordinality u(seq, id, attempt, state, after, reason, is_returned, started_at, duration_ms, told, lapse, ord)
			), done as (
				update ${schema}.delivery d
				set state = g.state, due = clock.now + g.after, updated = clock.now,
					attempts = d.attempts - g.is_returned::int, reason = case when g.is_returned then d.reason else g.reason end
				from given g, clock
				where d.seq = g.seq and d.attempts = g.attempt and d.state + 0 = 1
					and (g.lapse is null or d.due <= clock.now + g.lapse)
				returning d.seq, d.route, d.order_key, d.size, g.ord, g.attempt, g.started_at, g.duration_ms, g.state, g.told, g.is_returned
			), noted as (
				insert into ${schema}.attempt (seq, started_at, attempt, duration_ms, outcome, reason)
				select seq, started_at, attempt, duration_ms, state, told from done where not is_returned
				on conflict do nothing
			)
			select ord, route, order_key, size from done`,
		},
		stepAside: {
			name: "step-aside",
			text: `update ${schema}.delivery set order_key = null where id = any($1::text[])`,
		},
		lanesOf: {
			name: "lanes",
			text: `select route, order_key from ${schema}.delivery where id = any($1::text[]) and order_key is not null`,
		},
		known: {
			name: "known",
			text: `select g.id from unnest($1::text[], $2::int[]) g(id, attempt)
				join ${schema}.delivery d on d.id = g.id
				join ${schema}.attempt a on a.seq = d.seq and a.attempt = g.attempt`,
		},
	};
}

/** Returns the columns of the settlements. Most of them are delivered, so what these have is null where it can be. */
export function columnsOf(
	distinct: readonly Settlement[],
	memo: LeaseMemo,
): readonly unknown[] {
	const verdicts = distinct.map(({ verdict }) => verdict);
	const seqs = distinct.map(({ lease }) => memo.find(lease.id)?.seq);
	return [
		bigintArray(seqs),
		textArray(
			distinct.map(({ lease }, at) =>
				seqs[at] === undefined ? lease.id : null,
			),
		),
		integerArray(distinct.map(({ lease }) => lease.attempt)),
		smallintArray(
			verdicts.map(({ as }) =>
				as === "delivered" || as === "dead" ? STATE[as] : STATE.ready,
			),
		),
		bigintArray(
			verdicts.map((verdict) =>
				"afterMs" in verdict ? Math.round(verdict.afterMs ?? 0) : null,
			),
		),
		textArray(
			verdicts.map((verdict) =>
				storableOrNull("reason" in verdict ? verdict.reason : undefined),
			),
		),
		booleanArray(verdicts.map(({ as }) => (as === "returned" ? true : null))),
		bigintArray(distinct.map(({ startedAt }) => Math.round(startedAt))),
		integerArray(distinct.map(({ durationMs }) => Math.round(durationMs))),
		textArray(
			verdicts.map((verdict) =>
				storableOrNull(
					"reason" in verdict ? toAttemptText(verdict) : undefined,
				),
			),
		),
		bigintArray(
			distinct.map(({ lapsesWithinMs: ms }) =>
				ms === undefined ? null : Math.round(ms),
			),
		),
	];
}
