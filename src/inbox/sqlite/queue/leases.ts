import { type Lease, type LeaseAsk, PROBE_CHOICE } from "../../port/queue.ts";
import type { TransientMap } from "../../worker/transient-map.ts";
import type { Database } from "../driver.ts";
import type { Lanes } from "./lanes.ts";
import type { PauseTable } from "./pauses.ts";

/**
 * A lease of this router, in memory: a file has one router, so no other process needs its expiry. The file only stores that the
 * delivery is leased, and the attempt: a starting router returns all of these.
 */
export interface LiveLease {
	readonly seq: number;
	readonly route: string;
	readonly orderKey: string | undefined;
	readonly attempt: number;
	/** Bytes of envelope and body. */
	readonly size: number;
	/** Milliseconds since the epoch. */
	readonly until: number;
	/** The worker that holds it. Undefined for the process of the file. */
	readonly guest?: number;
}

/** By the delivery's id. */
export type LiveLeases = TransientMap<string, LiveLease>;

/** The result of one lease call, to be noted once it is committed. */
export interface Taken {
	readonly leases: readonly Lease[];
	readonly taken: readonly (readonly [id: string, lease: LiveLease])[];
	/** The ids of expired leases. */
	readonly lost: readonly string[];
}

/** Leases deliveries. Runs in a transaction of the caller. */
export interface Leases {
	take(asks: readonly LeaseAsk[], leaseMs: number, now: number): Taken;
	/** Returns true if nothing of the route is due and it is not paused: a delivery that is put now may be leased at once. */
	isClear(route: string, now: number): boolean;
	/** Returns the route of each expired lease, so that the worker asks for that route: only `take` returns the delivery. */
	overdue(now: number): readonly string[];
	/**
	 * Makes the leased deliveries of a worker that has ended ready again: at once after their first attempt, and later after each
	 * further one, because one of them may be what ended it.
	 */
	giveBack(leases: readonly LiveLease[], now: number): void;
	/** Returns each delivery that is leased in the file but not in memory: after a crash, or a commit with unknown outcome. */
	giveBackOrphans(now: number): void;
}

export function createLeases({
	db,
	lanes,
	pauses,
	live,
}: {
	readonly db: Database;
	readonly lanes: Lanes;
	readonly pauses: PauseTable;
	readonly live: LiveLeases;
}): Leases {
	const sql = prepareLeases(db);

	const release = (
		{ seq, attempt, route, orderKey }: Omit<LiveLease, "until" | "size">,
		now: number,
	) => {
		if (sql.giveBack.run(now, now, seq, attempt).changes === 0) return;
		if (orderKey !== undefined) lanes.giveWay(route, orderKey, seq, now);
	};

	/** Makes the deliveries of expired leases ready again. */
	const expire = (routes: ReadonlySet<string>, now: number): string[] => {
		const lost: string[] = [];
		for (const [id, lease] of live)
			if (lease.until <= now && routes.has(lease.route)) {
				lost.push(id);
				release(lease, now);
			}
		return lost;
	};

	return {
		take(asks, leaseMs, now) {
			const lost = expire(new Set(asks.map(({ route }) => route)), now);
			const leases: Lease[] = [];
			const taken: [string, LiveLease][] = [];
			const until = now + leaseMs;
			for (const { route, max, avoid } of asks) {
				if (max <= 0 || pauses.isPaused(route, now)) continue;
				const rows =
					avoid === undefined
						? sql.select.all(route, now, max)
						: probe(sql, { route, avoid, now });
				for (const row of rows as Leasable[]) {
					const lease = toLease(row, route);
					const { id, orderKey, attempt } = lease;
					const [seq] = row;
					const size = row[8];
					sql.mark.run(attempt, now, seq);
					taken.push([id, { seq, route, orderKey, attempt, size, until }]);
					leases.push(lease);
				}
			}
			return { leases, taken, lost };
		},
		isClear: (route, now) =>
			!pauses.isPaused(route, now) &&
			sql.firstDue.get(route, now) === undefined,
		overdue: (now) => overdueOf(live, now),
		giveBack(leases, now) {
			for (const lease of leases) release(lease, now);
			for (const { seq, attempt } of leases)
				if (attempt > 1) sql.delay.run(now + restMs(attempt), seq);
		},
		giveBackOrphans(now) {
			for (const row of sql.leased.all() as LeasedRow[]) {
				if (live.get(row.id)?.attempt === row.attempts) continue;
				const orderKey = row.orderKey ?? undefined;
				release({ ...row, attempt: row.attempts, orderKey }, now);
			}
		},
	};
}

/** Extends leases, in memory only. Returns the ids of lost ones. */
export function extendLeases(
	live: LiveLeases,
	leases: readonly Pick<Lease, "id" | "attempt">[],
	until: number,
): string[] {
	const lost: string[] = [];
	for (const { id, attempt } of leases) {
		const lease = live.get(id);
		if (lease?.attempt === attempt) live.set(id, { ...lease, until });
		else lost.push(id);
	}
	return lost;
}

// --- helpers ---

function toLease(row: Leasable, route: string): Lease {
	const [, id, kind, key, attempts, receivedAt, envelope, body] = row;
	return {
		id,
		route,
		kind,
		orderKey: key ?? undefined,
		attempt: attempts + 1,
		receivedAt,
		envelope,
		body: body ?? NO_BODY,
	};
}

function overdueOf(live: LiveLeases, now: number): readonly string[] {
	return [...live.values()]
		.filter(({ until }) => until <= now)
		.map(({ route }) => route);
}

function prepareLeases(db: Database) {
	const select = db.prepare(
		`select d.seq, d.id, d.kind, d.order_key, d.attempts, d.received_at, b.envelope, b.body, d.size
		from delivery d indexed by delivery_ready join body b on b.seq = d.seq
		where d.state = 0 and d.route = ? and d.due <= ? order by d.due, d.seq limit ?`,
	);
	select.setReturnArrays(true);
	// The newest ones: the oldest have often failed many times, and there may be many of them.
	const recent = db.prepare(
		`select seq, id, attempts from delivery indexed by delivery_ready
		where state = 0 and route = ? and due <= ? order by due desc, seq desc limit ${PROBE_CHOICE}`,
	);
	recent.setReturnArrays(true);
	const bySeq = db.prepare(
		`select d.seq, d.id, d.kind, d.order_key, d.attempts, d.received_at, b.envelope, b.body, d.size
		from delivery d not indexed join body b on b.seq = d.seq where d.seq = ?`,
	);
	bySeq.setReturnArrays(true);
	const firstDue = db.prepare(
		`select 1 from delivery indexed by delivery_ready
		where state = 0 and route = ? and due <= ? limit 1`,
	);
	const mark = db.prepare(
		"update delivery not indexed set state = 1, attempts = ?, updated_at = ? where seq = ?",
	);
	// A leased delivery was due, so a `due` in the future was written under a wrong clock.
	const giveBack = db.prepare(
		`update delivery not indexed set state = 0, due = min(due, ?), updated_at = ?
		where seq = ? and state = 1 and attempts = ?`,
	);
	const leased = db.prepare(
		`select seq, id, route, order_key as orderKey, attempts
		from delivery indexed by delivery_leased where state = 1`,
	);
	// In its lane it may be blocked by an earlier one now, which then decides.
	const delay = db.prepare(
		"update delivery not indexed set due = ? where seq = ? and state = 0",
	);
	return { select, recent, bySeq, firstDue, mark, giveBack, leased, delay };
}

/** Returns the rest of a delivery whose attempts were cut off: 1 s after the second, four times as long after each further one. */
function restMs(attempt: number): number {
	return Math.min(REST_MAX_MS, 1000 * 4 ** (attempt - 2));
}

const REST_MAX_MS = 5 * 60 * 1000;

const NO_BODY = new Uint8Array(0);

type Candidate = readonly [seq: number, id: string, attempts: number];

/** Returns the row for `LeaseAsk.avoid`, if there is one. */
function probe(
	{ recent, bySeq }: ReturnType<typeof prepareLeases>,
	{
		route,
		avoid,
		now,
	}: {
		readonly route: string;
		readonly avoid: readonly string[];
		readonly now: number;
	},
): unknown[] {
	const seq = mostTelling(recent.all(route, now) as Candidate[], avoid);
	return seq === undefined ? [] : bySeq.all(seq);
}

/** Returns the best candidate for a probe. */
function mostTelling(
	candidates: readonly Candidate[],
	avoid: readonly string[],
): number | undefined {
	const ranks = new Map(avoid.map((id, at) => [id, at]));
	let best: Candidate | undefined;
	let bestRank = -1;
	for (const one of candidates) {
		const [seq, id, attempts] = one;
		const rank = ranks.get(id) ?? -1;
		if (
			best !== undefined &&
			(rank - bestRank || attempts - best[2] || best[0] - seq) >= 0
		)
			continue;
		best = one;
		bestRank = rank;
	}
	return best?.[0];
}

type Leasable = readonly [
	seq: number,
	id: string,
	kind: string,
	orderKey: string | null,
	attempts: number,
	receivedAt: number,
	envelope: string,
	body: Uint8Array | null,
	size: number,
];

interface LeasedRow {
	readonly seq: number;
	readonly id: string;
	readonly route: string;
	readonly orderKey: string | null;
	readonly attempts: number;
}
