/**
 * The statements that bring the tables from one version to the next, the first from nothing. A list that
 * only grows: what stands here was run on somebody's database.
 *
 * `delivery` is small and busy; what is large (`body`) or grows by every try (`attempt`) lies apart. Its
 * indexes are partial by state, so that a claim sees only what is ready, however much is kept; there
 * MUST be no plain index on `state`, which the planner would take instead.
 *
 * @param schema the schema's name, quoted
 */
export function migrations(schema: string): readonly (readonly string[])[] {
	return [
		[
			`create table ${schema}.delivery (
				seq bigint generated always as identity primary key,
				received_at bigint not null,
				due bigint not null,
				updated bigint not null,
				attempts integer not null default 0,
				size integer not null,
				state smallint not null,
				id text collate "C" not null unique,
				route text collate "C" not null,
				kind text not null,
				dedupe_key text collate "C",
				order_key text collate "C",
				reason text
			) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)`,
			`create unique index delivery_dedupe on ${schema}.delivery (dedupe_key, route) where dedupe_key is not null and state <> 5`,
			// The claim: the first that is due of a route.
			`create index delivery_ready on ${schema}.delivery (route, due, seq) where state = 0`,
			// Leases by the time they run out.
			`create index delivery_leased on ${schema}.delivery (route, due, seq) where state = 1`,
			// The guard of a lane: one of each order key is ready or leased, whatever the code believes.
			`create unique index delivery_head on ${schema}.delivery (route, order_key) where order_key is not null and state in (0, 1)`,
			`create index delivery_lane on ${schema}.delivery (route, order_key, seq) where state = 4`,
			`create index delivery_finished on ${schema}.delivery (state, updated) where state in (2, 3, 6)`,
			`create index delivery_kept on ${schema}.delivery (state, seq) include (size) where state in (3, 5)`,
			`create table ${schema}.body (
				seq bigint primary key,
				envelope text not null,
				bytes bytea
			) with (autovacuum_vacuum_scale_factor = 0.05)`,
			`create table ${schema}.attempt (
				seq bigint not null,
				started_at bigint not null,
				attempt integer not null,
				duration_ms integer not null,
				outcome smallint not null,
				reason text,
				primary key (seq, attempt)
			) with (autovacuum_vacuum_scale_factor = 0.05)`,
			`create table ${schema}.state (
				expires bigint,
				plugin text collate "C" not null,
				key text collate "C" not null,
				value text,
				primary key (plugin, key)
			) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05)`,
			`create index state_expires on ${schema}.state (expires) where expires is not null`,
		],
		[
			// `budget`: 1 refused at the door, 2 admitted; null unless it is quarantined, and where a router of version 1 put it: then it counts as admitted.
			`alter table ${schema}.delivery add column budget smallint, add column client text collate "C", add column doubts text`,
			// Versions before wrote doubts as a sentence only. Whose they were stays open: they count for no client.
			`update ${schema}.delivery d set budget = case when p.is_door then 1 else 2 end, doubts = p.doubts
			from (
				select q.seq, coalesce(bool_or(c.code in ('FIREWALL_DENIED', 'SIGNATURE_MISSING', 'SIGNATURE_INVALID')), false) as is_door,
					coalesce(json_agg(json_build_object('code', c.code, 'detail', c.detail) order by c.ord) filter (where c.code is not null), '[]')::text as doubts
				from ${schema}.delivery q left join lateral (
					select substring(part from '^([A-Z]+_[A-Z_]+): ') as code, substring(part from position(': ' in part) + 2) as detail, ord
					from regexp_split_to_table(q.reason, '; (?=[A-Z]+_[A-Z_]+: )') with ordinality parts(part, ord)
				) c on true
				where q.state = 5 group by q.seq
			) p
			where d.seq = p.seq`,
			`create index delivery_door on ${schema}.delivery (seq) include (size, client) where budget = 1`,
		],
	];
}
