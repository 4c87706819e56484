import type { Lease, LeaseAsk, Queue } from "../../port/queue.ts";
import type {
	Connections,
	Session,
	Statement,
} from "../connect/connections.ts";
import { type Database, storable } from "../sql.ts";
import { areHalvesFaster } from "./halves.ts";
import type { Lane } from "./lanes.ts";
import { leaseStatements } from "./lease-statements.ts";

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
	const { take, takeProbe, prolong, due } = leaseStatements(quoted);
	const note = (rows: readonly LeaseRow[]) =>
		[...rows].sort(byDue).map((row) => {
			const lease = toLease(row);
			memo.note(lease, row.seq);
			return lease;
		});
	const query = (statement: Statement, values: readonly unknown[]) =>
		connections.run("lease", (session) =>
			session.query<LeaseRow>(statement, values),
		);
	const leasePlain = createLeasePlain(connections, (upTo, leaseMs) => {
		const values = [[...upTo.keys()], [...upTo.values()], leaseMs];
		return query(take, [readClock(), ...values]);
	});
	const leaseProbe = async (ask: LeaseAsk, leaseMs: number) =>
		note(await query(takeProbe, [readClock(), ...probeValues(ask), leaseMs]));
	return {
		async leaseWithin(session, ask, leaseMs) {
			const { route, max, avoid } = ask;
			const forMs = Math.round(leaseMs);
			return note(
				await (avoid === undefined
					? session.query<LeaseRow>(take, [readClock(), [route], [max], forMs])
					: session.query<LeaseRow>(takeProbe, [
							readClock(),
							...probeValues(ask),
							forMs,
						])),
			);
		},
		async lease(asks, leaseMs) {
			const forMs = Math.round(leaseMs);
			const probes = asks.filter(
				({ max, avoid }) => max > 0 && avoid !== undefined,
			);
			if (probes.length === 0) return note(await leasePlain(asks, forMs));
			const plain = asks.filter(({ avoid }) => avoid === undefined);
			const leases = await Promise.all([
				leasePlain(plain, forMs).then(note),
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
 * Remembers the leases of this store: their rows and lanes, so that a settlement can take its locks without a query and find its
 * row without a look into the index of ids; and the settlements that a broken connection left uncertain. It is only a cache: a
 * forgotten lease is looked up.
 */
export class LeaseMemo {
	readonly #leases = new Map<string, Noted>();
	readonly #uncertain = new Set<string>();

	note(
		{ id, route, orderKey }: Pick<Lease, "id" | "route" | "orderKey">,
		seq: number,
	): void {
		if (this.#leases.size >= MAX_SIZE) this.#leases.clear();
		const lane =
			orderKey === undefined
				? undefined
				: { route: storable(route), orderKey: storable(orderKey) };
		this.#leases.set(id, { seq, lane });
	}

	/** Returns undefined if the lease was not made by this store or is forgotten. */
	find(id: string): Noted | undefined {
		return this.#leases.get(id);
	}

	forget(ids: readonly string[]): void {
		for (const id of ids) this.#leases.delete(id);
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

/** A remembered lease. */
interface Noted {
	/** The number of the delivery's row. */
	readonly seq: number;
	readonly lane: Lane | undefined;
}

/** The maximum number of remembered leases. */
const MAX_SIZE = 100_000;

function keyOf({ id, attempt }: LeaseKey): string {
	return `${attempt} ${id}`;
}

/** Leases up to a number of deliveries of each route. */
type TakeUpTo = (
	upTo: ReadonlyMap<string, number>,
	leaseMs: number,
) => Promise<readonly LeaseRow[]>;

/** Creates the lease of routes that are asked for no probe. While there is a backlog, two connections lease a half each. */
function createLeasePlain(
	connections: Connections,
	take: TakeUpTo,
): (asks: readonly LeaseAsk[], leaseMs: number) => ReturnType<TakeUpTo> {
	/** True if the latest call got all that it asked for. */
	let isBacklog = false;
	return async (asks, leaseMs) => {
		const upTo = new Map<string, number>();
		for (const { route, max } of asks)
			if (max > 0) upTo.set(route, max + (upTo.get(route) ?? 0));
		if (upTo.size === 0) return [];
		const total = [...upTo.values()].reduce((sum, max) => sum + max, 0);
		const isHalved = isBacklog && areHalvesFaster(connections, "lease", total);
		const rows = await (isHalved
			? takeHalves(take, upTo, leaseMs)
			: take(upTo, leaseMs));
		isBacklog = rows.length === total;
		return rows;
	};
}

/** Leases two halves at the same time: each skips the rows that the other has locked. If one fails, the leases of the other count. */
async function takeHalves(
	take: TakeUpTo,
	upTo: ReadonlyMap<string, number>,
	leaseMs: number,
): ReturnType<TakeUpTo> {
	const halves = [Math.ceil, Math.floor].map(
		(round) =>
			new Map([...upTo].map(([route, max]) => [route, round(max / 2)])),
	);
	const tries = await Promise.allSettled(
		halves.map((half) => take(half, leaseMs)),
	);
	const rows = tries.flatMap((tried) =>
		tried.status === "fulfilled" ? tried.value : [],
	);
	for (const tried of tries)
		if (tried.status === "rejected" && rows.length === 0) throw tried.reason;
	return rows;
}

function probeValues({ route, avoid = [] }: LeaseAsk): readonly string[] {
	// PostgreSQL finds a key of an object by binary search, but an item of a list by a scan for each row.
	const ranks = Object.fromEntries(avoid.map((id, at) => [id, at]));
	return [route, JSON.stringify(ranks)];
}

interface LeaseRow {
	readonly seq: number;
	/** When it was due, before the lease. */
	readonly was_due: number;
	readonly id: string;
	readonly route: string;
	readonly kind: string;
	readonly order_key: string | null;
	readonly attempts: number;
	readonly received_at: number;
	readonly envelope: string;
	readonly bytes: Buffer | null;
}

function byDue(one: LeaseRow, other: LeaseRow): number {
	return one.was_due - other.was_due || one.seq - other.seq;
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
