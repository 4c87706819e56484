import type { Statement } from "../connect/connections.ts";
import { CLOCK } from "../sql.ts";
import { isPaused } from "./lease-statements.ts";

/**
 * Returns the statements that put deliveries.
 *
 * @param schema the schema's name, quoted
 */
export function putStatements(
	schema: string,
): Record<"insert" | "insertNew" | "find" | "doubt", Statement> {
	return {
		insert: {
			name: "put-any",
			text: insertStatement(schema, { conflict: "on conflict do nothing" }),
		},
		// Looks for known keys first. If another router puts one of them at this moment, the statement fails and nothing is put.
		// `on conflict` prevents that, but it looks into each unique index once more, and writes each row twice.
		insertNew: {
			name: "put",
			text: insertStatement(schema, {
				condition: `(g.state = 5 or (select d.seq from ${schema}.delivery d
					where d.dedupe_key = g.dedupe_key and d.route = g.route and d.state <> 5 limit 1) is null)`,
			}),
		},
		// A row may be visible before a synchronous standby has it: after a crash, or a canceled wait. The answer "it is kept" is a
		// promise, so the statement writes a message of no content, whose commit waits for everything before it.
		find: {
			name: "find",
			text: `select g.ord, coalesce(i.id, d.id, r.id) as id, i.id is not null as is_same,
				(select pg_logical_emit_message(true, 'switchhook', ''))::text as confirmed
				from unnest($1::text[], $2::text[], $3::text[]) with ordinality g(id, route, dedupe_key, ord)
				left join ${schema}.delivery i on i.id = g.id
				left join ${schema}.delivery d on d.dedupe_key = g.dedupe_key and d.route = g.route and d.state <> 5
				left join ${schema}.delivery r on ${hashed("r")}`,
		},
		// Few deliveries are quarantined, so a separate statement is free for the others.
		doubt: {
			name: "doubt",
			text: `update ${schema}.delivery d set budget = g.budget, client = g.client, doubts = g.doubts
				from unnest($1::text[], $2::smallint[], $3::text[], $4::text[]) g(id, budget, client, doubts)
				where d.id = g.id and d.state + 0 = 5`,
		},
	};
}

// --- helpers ---

/**
 * Inserts a batch, and leases of it what is asked for on a route that has nothing due. A lease that has run out does not count, as
 * in SQLite: each put would read the dead entries of all leases that were settled.
 *
 * A body finds its row by a key of an object, which is a binary search: the session allows only nested loops, so a join would
 * compare each body with each row.
 *
 * A delivery is blocked where its lane has another one. The conditions on the lane are separate, so that each uses its own partial
 * index, and not written as `exists`, which the planner would evaluate by reading all lanes first.
 */
function insertStatement(
	schema: string,
	{
		condition = "true",
		conflict = "",
	}: { readonly condition?: string; readonly conflict?: string },
): string {
	const inLane = (states: string) =>
		`(select d.seq from ${schema}.delivery d where d.route = g.route and d.order_key = g.order_key and d.state ${states} limit 1)`;
	const due = `(select d.seq from ${schema}.delivery d where d.state = 0 and d.route = ask.route and d.due <= (select now from clock) limit 1)`;
	return `with ${CLOCK}, given as materialized (
			select * from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::smallint[], $9::text[], $10::text[], $11::bytea[], $12::text[], $13::bigint[], $14::bigint[])
			with ordinality g(id, route, kind, received_at, dedupe_key, order_key, state, reason, envelope, bytes, answer, delay, lease, ord)
		), idle as materialized (
			select ask.route from unnest($15::text[]) ask(route)
			where ${due} is null and not ${isPaused(schema, "ask.route")}
		), placed as (
			select g.*, case when g.state <> 0 or g.order_key is null then g.state
				when ${inLane("in (0, 1)")} is not null or ${inLane("= 4")} is not null then 4
				else 0 end as place
			from given g offset 0
		), leased as (
			select g.*, g.place = 0 and g.lease is not null and g.route = any(array(select route from idle)) as is_leased
			from placed g offset 0
		), kept as (
			insert into ${schema}.delivery (id, route, kind, received_at, dedupe_key, order_key, reason, due, updated, attempts, size, state)
			select id, route, kind, received_at, dedupe_key, order_key, reason,
				now + case when is_leased then lease else delay end, now, is_leased::int,
				octet_length(envelope) + octet_length(bytes) + coalesce(octet_length(answer), 0),
				case when is_leased then 1 else place end
			from leased g, clock
			where not ((select exists (select from ${schema}.delivery where is_redacted limit 1))
				and exists (select from ${schema}.delivery r where ${hashed("r")}))
				and ${condition}
			order by g.ord
			${conflict}
			returning seq, id, state
		), stored as (
			insert into ${schema}.body (seq, envelope, bytes, answer)
			select (m.seqs ->> g.id)::bigint, g.envelope, g.bytes, g.answer
			from (select jsonb_object_agg(id, seq) as seqs from kept) m, given g where m.seqs ? g.id
		)
		select id, case when state = 1 then seq end as leased_seq from kept`;
}

/** The condition for the hashed key of a redacted delivery, whose end only the other engine reads (port/redacted.ts). */
function hashed(alias: string): string {
	const begin = `'redacted:' || encode(sha256(convert_to(g.dedupe_key, 'UTF8')), 'hex')`;
	return `${alias}.route = g.route and ${alias}.state <> 5 and ${alias}.dedupe_key > ${begin} || ':' and ${alias}.dedupe_key < ${begin} || ';'`;
}
