import { PROBE_CHOICE } from "../../port/queue.ts";
import type { Statement } from "../connect/connections.ts";
import { CLOCK } from "../sql.ts";

/**
 * Returns the statements that lease deliveries.
 *
 * @param schema the schema's name, quoted
 */
export function leaseStatements(
	schema: string,
): Record<"take" | "takeProbe" | "prolong" | "due", Statement> {
	const firstDue = (state: number) => `select * from (
		select seq, due from ${schema}.delivery
		where state = ${state} and route = ask.route and due <= (select now from clock)
		order by due, seq limit ask.max for update skip locked
	) s${state}`;
	const newestDue = (state: number) => `select * from (
		select seq, id, attempts, due from ${schema}.delivery
		where state = ${state} and route = $2 and due <= (select now from clock)
		order by due desc, seq desc limit ${PROBE_CHOICE}
	) s${state}`;
	// The rows are wide, so nothing may copy them on their way: they are sorted by the caller.
	const taken = `update ${schema}.delivery d
			set state = 1, attempts = d.attempts + 1, due = clock.now + $4::bigint, updated = clock.now
			from picked, clock, ${schema}.body b where d.seq = picked.seq and b.seq = picked.seq
			returning d.seq, picked.due as was_due, d.id, d.route, d.kind, d.order_key, d.attempts, d.received_at, b.envelope, b.bytes`;
	return {
		take: {
			name: "lease",
			text: `with ${CLOCK}, picked as materialized (
				select first.seq, first.due
				from unnest($2::text[], $3::int[]) ask(route, max) cross join lateral (
					select seq, due from (${firstDue(0)} union all ${firstDue(1)}) both_states
					order by due, seq limit ask.max
				) first
				where not ${isPaused(schema, "ask.route")}
			) ${taken}`,
		},
		takeProbe: {
			name: "lease-probe",
			// Another router may have leased it meanwhile. Then the result is empty, and the worker asks again.
			text: `with ${CLOCK}, picked as materialized (
				select seq, due from ${schema}.delivery
				where seq = (
					select seq from (${newestDue(0)} union all ${newestDue(1)}) recent
					order by ($3::jsonb ->> id)::int nulls first, attempts, seq desc limit 1
				) and state in (0, 1) and due <= (select now from clock) and not ${isPaused(schema, "$2")}
				for update skip locked
			) ${taken}`,
		},
		prolong: {
			name: "extend",
			// `state + 0` prevents the planner from using the small index of leased rows, which is full of dead entries.
			text: `with ${CLOCK}, given as materialized (
				select * from unnest($2::text[], $3::int[]) g(id, attempt)
			), kept as (
				update ${schema}.delivery d set due = clock.now + $4::bigint
				from given, clock where d.id = given.id and d.attempts = given.attempt and d.state + 0 = 1
				returning d.id
			)
			select id from kept`,
		},
		due: dueStatement(schema),
	};
}

/** Returns the condition for a paused route: an attempt of it may end, and be settled; nothing of it is leased. Needs CLOCK. */
export function isPaused(schema: string, route: string): string {
	return `exists (
		select from ${schema}.pause p where p.route = ${route}
		and p.since <= (select now from clock) and (p.until is null or p.until > (select now from clock))
	)`;
}

// --- helpers ---

function dueStatement(schema: string): Statement {
	// One index step for each route: deliveries after the first one of a route are never read.
	const routes = (state: number) => {
		const first = `select route, due from ${schema}.delivery where state = ${state}`;
		return `r${state} as (
			(${first} order by route, due limit 1)
			union all
			select n.route, n.due from r${state} cross join lateral (
				${first} and route > r${state}.route order by route, due limit 1
			) n
		)`;
	};
	return {
		name: "due",
		text: `with recursive ${CLOCK}, ${routes(0)}, ${routes(1)}
				select d.route, greatest(0, greatest(d.due, p.until) - (select now from clock)) as in_ms
				from (
					select route, min(due) as due from (select * from r0 union all select * from r1) r group by route
				) d left join lateral (
					select coalesce(p.until, 'infinity'::float8) as until from ${schema}.pause p where p.route = d.route
					and p.since <= (select now from clock) and (p.until is null or p.until > (select now from clock))
				) p on true
				where p.until is null or p.until < 'infinity'::float8`,
	};
}
