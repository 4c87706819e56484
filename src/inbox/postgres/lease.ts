import {
	type Lease,
	type LeaseAsk,
	PROBE_CHOICE,
	type Queue,
} from "../port/queue.ts";
import type { Session, Statement } from "./connections.ts";
import type { Lane } from "./lanes.ts";
import { CLOCK, type Database } from "./sql.ts";

/** The part of the queue that leases deliveries. */
export interface Leasing extends Pick<Queue, "lease" | "extend" | "due"> {
	readonly leaseWithin: LeaseWithin;
}

/** Leases deliveries of one route within a transaction of the caller. */
export type LeaseWithin = (
	session: Session,
	ask: LeaseAsk,
	leaseMs: number,
) => Promise<readonly Lease[]>;

/**
 * Creates the leasing. A delivery whose lease expired is leased like a ready one, without being put back first. A lease waits
 * for the disk: after a crash of the server no other worker may get a delivery that a handler still works on.
 */
export function createLeasing(
	{ quoted, connections, readClock }: Database,
	memo: LeaseMemo,
): Leasing {
	const { take, takeProbe, prolong, due } = statements(quoted);
	const note = (rows: readonly LeaseRow[]) =>
		rows.map((row) => {
			const lease = toLease(row);
			memo.note(lease);
			return lease;
		});
	const query = async (statement: Statement, values: readonly unknown[]) =>
		note(
			await connections.run("lease", (session) =>
				session.query<LeaseRow>(statement, values),
			),
		);
	const leasePlain = async (asks: readonly LeaseAsk[], leaseMs: number) => {
		const max = new Map<string, number>();
		for (const ask of asks)
			if (ask.max > 0) max.set(ask.route, ask.max + (max.get(ask.route) ?? 0));
		if (max.size === 0) return [];
		const values = [[...max.keys()], [...max.values()]];
		return query(take, [readClock(), ...values, leaseMs]);
	};
	const probeValues = (
		{ route, avoid = [] }: LeaseAsk,
		leaseMs: number,
	): readonly unknown[] => {
		// PostgreSQL finds a key of an object by binary search, but an item of a list by a scan for each row.
		const ranks = Object.fromEntries(avoid.map((id, at) => [id, at]));
		return [readClock(), route, JSON.stringify(ranks), leaseMs];
	};
	const leaseProbe = (ask: LeaseAsk, leaseMs: number) =>
		query(takeProbe, probeValues(ask, leaseMs));
	return {
		async leaseWithin(session, ask, leaseMs) {
			const { route, max, avoid } = ask;
			const forMs = Math.round(leaseMs);
			return note(
				await (avoid === undefined
					? session.query<LeaseRow>(take, [readClock(), [route], [max], forMs])
					: session.query<LeaseRow>(takeProbe, probeValues(ask, forMs))),
			);
		},
		async lease(asks, leaseMs) {
			const forMs = Math.round(leaseMs);
			const probes = asks.filter(
				({ max, avoid }) => max > 0 && avoid !== undefined,
			);
			if (probes.length === 0) return leasePlain(asks, forMs);
			const plain = asks.filter(({ avoid }) => avoid === undefined);
			const leases = await Promise.all([
				leasePlain(plain, forMs),
				...probes.map((ask) => leaseProbe(ask, forMs)),
			]);
			return leases.flat();
		},
		async extend(leases, leaseMs) {
			if (leases.length === 0) return [];
			const rows = await connections.run("lease", (session) =>
				session.query<{ id: string }>(prolong, [
					readClock(),
					leases.map(({ id }) => id),
					leases.map(({ attempt }) => attempt),
					Math.round(leaseMs),
				]),
			);
			const kept = new Set(rows.map(({ id }) => id));
			const lost = leases.map(({ id }) => id).filter((id) => !kept.has(id));
			memo.forget(lost);
			return lost;
		},
		async due() {
			const rows = await connections.run("lease", (session) =>
				session.query<{ route: string; in_ms: number }>(due, [readClock()]),
			);
			return rows.map(({ route, in_ms }) => ({ route, inMs: in_ms }));
		},
	};
}

/**
 * Remembers the leases of this store: their lanes, so that a settlement can take its locks without a query, and the settlements
 * that a broken connection left uncertain. It is only a cache: a forgotten lease is looked up.
 */
export class LeaseMemo {
	readonly #lanes = new Map<string, Lane | undefined>();
	readonly #uncertain = new Set<string>();

	note({ id, route, orderKey }: Lease): void {
		if (this.#lanes.size >= MAX_SIZE) this.#lanes.clear();
		this.#lanes.set(
			id,
			orderKey === undefined ? undefined : { route, orderKey },
		);
	}

	/** Returns false if the lease was not made by this store or is forgotten. */
	knows(id: string): boolean {
		return this.#lanes.has(id);
	}

	laneOf(id: string): Lane | undefined {
		return this.#lanes.get(id);
	}

	forget(ids: readonly string[]): void {
		for (const id of ids) this.#lanes.delete(id);
	}

	/** Notes that it is unknown whether a settlement was written. */
	noteUncertain(lease: LeaseKey): void {
		if (this.#uncertain.size >= MAX_SIZE) this.#uncertain.clear();
		this.#uncertain.add(keyOf(lease));
	}

	/** Returns true, once, for a settlement that was uncertain. */
	takeUncertain(lease: LeaseKey): boolean {
		return this.#uncertain.delete(keyOf(lease));
	}
}

// --- helpers ---

type LeaseKey = Pick<Lease, "id" | "attempt">;

/** The maximum number of remembered leases. */
const MAX_SIZE = 100_000;

function keyOf({ id, attempt }: LeaseKey): string {
	return `${attempt} ${id}`;
}

interface LeaseRow {
	readonly id: string;
	readonly route: string;
	readonly kind: string;
	readonly order_key: string | null;
	readonly attempts: number;
	readonly received_at: number;
	readonly envelope: string;
	readonly bytes: Buffer | null;
}

function toLease(row: LeaseRow): Lease {
	return {
		id: row.id,
		route: row.route,
		kind: row.kind,
		orderKey: row.order_key ?? undefined,
		attempt: row.attempts,
		receivedAt: row.received_at,
		envelope: row.envelope,
		body: row.bytes ?? new Uint8Array(0),
	};
}

function statements(
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
	const taken = `taken as (
				update ${schema}.delivery d
				set state = 1, attempts = d.attempts + 1, due = clock.now + $4::bigint, updated = clock.now
				from picked, clock where d.seq = picked.seq
				returning d.*, picked.due as was_due
			)
			select t.id, t.route, t.kind, t.order_key, t.attempts, t.received_at, b.envelope, b.bytes
			from taken t join ${schema}.body b using (seq) order by t.was_due, t.seq`;
	// An attempt of a paused route may end, and be settled; nothing of it is leased.
	const isPaused = (route: string) => `exists (
		select from ${schema}.pause p where p.route = ${route}
		and p.since <= (select now from clock) and (p.until is null or p.until > (select now from clock))
	)`;
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
		take: {
			name: "lease",
			text: `with ${CLOCK}, picked as materialized (
				select first.seq, first.due
				from unnest($2::text[], $3::int[]) ask(route, max) cross join lateral (
					select seq, due from (${firstDue(0)} union all ${firstDue(1)}) both_states
					order by due, seq limit ask.max
				) first
				where not ${isPaused("ask.route")}
			), ${taken}`,
		},
		takeProbe: {
			name: "lease-probe",
			// Another router may have leased it meanwhile. Then the result is empty, and the worker asks again.
			text: `with ${CLOCK}, picked as materialized (
				select seq, due from ${schema}.delivery
				where seq = (
					select seq from (${newestDue(0)} union all ${newestDue(1)}) recent
					order by ($3::jsonb ->> id)::int nulls first, attempts, seq desc limit 1
				) and state in (0, 1) and due <= (select now from clock) and not ${isPaused("$2")}
				for update skip locked
			), ${taken}`,
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
		due: {
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
		},
	};
}
