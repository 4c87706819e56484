import { type Lease, type LeaseAsk, PROBE_CHOICE } from "../port/queue.ts";
import type { TransientMap } from "../worker/transient-map.ts";
import type { Database } from "./driver.ts";
import type { Lanes } from "./lanes.ts";

/**
 * A lease as it is held in memory: there is one router a file, so nobody else has to know how long. What the file says (LEASED, and the
 * attempt) is what a new start finds.
 */
export interface Held {
	readonly seq: number;
	readonly route: string;
	readonly orderKey: string | undefined;
	readonly attempt: number;
	/** Bytes of envelope and body. */
	readonly size: number;
	/** Milliseconds since the epoch. */
	readonly until: number;
}

/** By the delivery's id. */
export type HeldLeases = TransientMap<string, Held>;

/** What one lease call takes, to be noted once it is committed. */
export interface Taken {
	readonly leases: readonly Lease[];
	readonly held: readonly (readonly [id: string, held: Held])[];
	/** Ids of leases that ran out. */
	readonly lost: readonly string[];
}

/** Takes deliveries, inside a transaction of the caller. */
export interface Leases {
	take(asks: readonly LeaseAsk[], leaseMs: number, now: number): Taken;
	/** True where nothing of the route waits that is due: what comes now may be leased as it is put. */
	isClear(route: string, now: number): boolean;
	/** The route of each lease that ran out: only `take` gives it back, which is not called for a route that waits for nothing. */
	overdue(now: number): readonly string[];
	/** Gives back all that the file says is leased and nobody holds: after a crash, or a commit of unknown outcome. */
	giveBackUnheld(now: number): void;
}

export function createLeases(
	db: Database,
	lanes: Lanes,
	held: HeldLeases,
): Leases {
	const select = db.prepare(
		`select d.seq, d.id, d.kind, d.order_key, d.attempts, d.received_at, b.envelope, b.body, d.size
		from delivery d indexed by delivery_ready join body b on b.seq = d.seq
		where d.state = 0 and d.route = ? and d.due <= ? order by d.due, d.seq limit ?`,
	);
	select.setReturnArrays(true);
	// The newest: what failed again and again is often the oldest, and there may be much of it.
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
	// What was leased was due: a time ahead was written under a clock that was wrong.
	const giveBack = db.prepare(
		`update delivery not indexed set state = 0, due = min(due, ?), updated_at = ?
		where seq = ? and state = 1 and attempts = ?`,
	);
	const leased = db.prepare(
		`select seq, id, route, order_key as orderKey, attempts
		from delivery indexed by delivery_leased where state = 1`,
	);

	const release = (
		{ seq, attempt, route, orderKey }: Omit<Held, "until" | "size">,
		now: number,
	) => {
		if (giveBack.run(now, now, seq, attempt).changes === 0) return;
		if (orderKey !== undefined) lanes.giveWay(route, orderKey, seq, now);
	};

	/** Returns what ran out to the queue of its route. */
	const expire = (routes: ReadonlySet<string>, now: number): string[] => {
		const lost: string[] = [];
		for (const [id, lease] of held) {
			if (lease.until > now || !routes.has(lease.route)) continue;
			lost.push(id);
			release(lease, now);
		}
		return lost;
	};

	const selectProbe = (
		route: string,
		avoid: readonly string[],
		now: number,
	): unknown[] => {
		const seq = mostTelling(recent.all(route, now) as Candidate[], avoid);
		return seq === undefined ? [] : bySeq.all(seq);
	};

	return {
		take(asks, leaseMs, now) {
			const lost = expire(new Set(asks.map(({ route }) => route)), now);
			const leases: Lease[] = [];
			const taken: [string, Held][] = [];
			const until = now + leaseMs;
			for (const { route, max, avoid } of asks) {
				if (max <= 0) continue;
				const rows =
					avoid === undefined
						? select.all(route, now, max)
						: selectProbe(route, avoid, now);
				for (const row of rows as Leasable[]) {
					const [seq, id, kind, key, attempts, receivedAt, ...rest] = row;
					const [envelope, body, size] = rest;
					const attempt = attempts + 1;
					const orderKey = key ?? undefined;
					mark.run(attempt, now, seq);
					taken.push([id, { seq, route, orderKey, attempt, size, until }]);
					leases.push({
						id,
						route,
						kind,
						orderKey,
						attempt,
						receivedAt,
						envelope,
						body: body ?? NO_BODY,
					});
				}
			}
			return { leases, held: taken, lost };
		},
		isClear: (route, now) => firstDue.get(route, now) === undefined,
		overdue: (now) =>
			[...held.values()]
				.filter(({ until }) => until <= now)
				.map(({ route }) => route),
		giveBackUnheld(now) {
			for (const row of leased.all() as LeasedRow[]) {
				if (held.get(row.id)?.attempt === row.attempts) continue;
				const orderKey = row.orderKey ?? undefined;
				release({ ...row, attempt: row.attempts, orderKey }, now);
			}
		},
	};
}

/** Prolongs leases; returns the ids of those that are lost. Memory only: a new start returns them all. */
export function extendLeases(
	held: HeldLeases,
	leases: readonly Pick<Lease, "id" | "attempt">[],
	until: number,
): string[] {
	const lost: string[] = [];
	for (const { id, attempt } of leases) {
		const lease = held.get(id);
		if (lease?.attempt === attempt) held.set(id, { ...lease, until });
		else lost.push(id);
	}
	return lost;
}

// --- helpers ---

const NO_BODY = new Uint8Array(0);

type Candidate = readonly [seq: number, id: string, attempts: number];

/** The one that `LeaseAsk.avoid` asks for. */
function mostTelling(
	candidates: readonly Candidate[],
	avoid: readonly string[],
): number | undefined {
	const places = new Map(avoid.map((id, at) => [id, at]));
	let best: Candidate | undefined;
	let bestPlace = -1;
	for (const one of candidates) {
		const [seq, id, attempts] = one;
		const place = places.get(id) ?? -1;
		if (
			best !== undefined &&
			(place - bestPlace || attempts - best[2] || best[0] - seq) >= 0
		)
			continue;
		best = one;
		bestPlace = place;
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
