import type { PacedAsk, PacedLeases } from "../../src/inbox/port/pacing.ts";
import type {
	Lease,
	LeaseAsk,
	NewDelivery,
	Receipt,
	Settlement,
} from "../../src/inbox/port/queue.ts";
import { msToToken, takeTokens, tokensOf } from "../../src/inbox/port/rate.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import type { WorkerStore } from "../../src/inbox/worker/work.ts";

/** A delivery in memory. */
export interface MemoryDelivery extends NewDelivery {
	status: "ready" | "leased" | "delivered" | "dead";
	attempts: number;
	dueAt: number;
	/** Outcomes written, in order. */
	readonly outcomes: string[];
}

/**
 * The part of the port that the worker uses, in memory and by a clock that is passed. Each call is one
 * step that nothing comes between, answered a turn of the event loop later, as a thread or a database would.
 */
export class MemoryStore
	implements WorkerStore, Pick<InboxStore, "put" | "backlog">
{
	readonly isShared: boolean;
	readonly rows = new Map<string, MemoryDelivery>();
	/** How often each call was made. */
	readonly calls = {
		lease: 0,
		leasePaced: 0,
		extend: 0,
		settle: 0,
		due: 0,
		put: 0,
	};
	/** What was asked for, call by call. */
	readonly asked: (readonly LeaseAsk[])[] = [];
	/** Sizes of the settled batches. */
	readonly batches: number[] = [];
	/** Throws for a call that shall fail, or returns a promise for one that shall wait. */
	fault: (
		call: keyof MemoryStore["calls"],
		settlements?: readonly Settlement[],
	) => unknown = () => undefined;
	/** Throws for a call that shall be done, but whose answer shall be lost. */
	loss: (call: keyof MemoryStore["calls"]) => unknown = () => undefined;
	/** Ids in the order in which they were delivered. */
	readonly delivered: string[] = [];
	readonly #clock: () => number;
	readonly #listeners = new Set<(routes: readonly string[]) => void>();

	constructor(clock: () => number, isShared = false) {
		this.#clock = clock;
		this.isShared = isShared;
	}

	put(batch: readonly NewDelivery[]): Promise<readonly Receipt[]> {
		return this.#step("put", () => {
			const receipts = batch.map((one) => this.#add(one));
			const waiting = batch.filter((_, at) => !receipts[at]?.isLeased);
			if (waiting.length > 0) this.#call(waiting.map(({ route }) => route));
			return receipts;
		});
	}

	lease(asks: readonly LeaseAsk[], leaseMs: number): Promise<readonly Lease[]> {
		return this.#step("lease", () => {
			this.asked.push(asks);
			this.#sweep();
			return asks.flatMap(({ route, max, avoid }) => {
				const leases: Lease[] = [];
				const free = this.#free(route);
				for (const row of avoid ? byPromise([...free], avoid) : free) {
					if (leases.length === max) break;
					if (this.#isBlocked(row)) continue;
					row.status = "leased";
					row.attempts++;
					row.dueAt = this.#clock() + leaseMs;
					leases.push({ ...row, attempt: row.attempts });
				}
				return leases;
			});
		});
	}

	/** Buckets of tokens, by name, which two stores may share. */
	buckets = new Map<string, number>();

	leasePaced(asks: readonly PacedAsk[], leaseMs: number): Promise<PacedLeases> {
		return this.#step("leasePaced", () => {
			this.#sweep();
			const now = this.#clock();
			const waits: PacedLeases["waits"][number][] = [];
			const leases = asks.flatMap(({ route, max, tolls }) => {
				const tokens = tolls.map(({ bucket, rate }) =>
					tokensOf(this.buckets.get(bucket), rate, now),
				);
				const most = Math.max(0, Math.min(max, ...tokens));
				const taken = [...this.#free(route)]
					.filter((row) => !this.#isBlocked(row))
					.slice(0, most);
				let inMs = 0;
				for (const { bucket, rate } of tolls) {
					const spent = { tokens: taken.length, now };
					const fullAt = takeTokens(this.buckets.get(bucket), rate, spent);
					this.buckets.set(bucket, fullAt);
					inMs = Math.max(inMs, msToToken(fullAt, rate, now));
				}
				if (most < max && taken.length === most) waits.push({ route, inMs });
				return taken.map((row) => {
					row.status = "leased";
					row.attempts++;
					row.dueAt = now + leaseMs;
					return { ...row, attempt: row.attempts };
				});
			});
			return { leases, waits };
		});
	}

	extend(
		leases: readonly Pick<Lease, "id" | "attempt">[],
		leaseMs: number,
	): Promise<readonly string[]> {
		return this.#step("extend", () => {
			const lost = leases.filter((lease) => !this.#holds(lease));
			for (const lease of leases) {
				const row = this.#holds(lease);
				if (row) row.dueAt = this.#clock() + leaseMs;
			}
			return lost.map(({ id }) => id);
		});
	}

	settle(settlements: readonly Settlement[]): Promise<readonly boolean[]> {
		return this.#step(
			"settle",
			() => {
				this.batches.push(settlements.length);
				return settlements.map((settlement) => this.#settle(settlement));
			},
			settlements,
		);
	}

	due(): Promise<readonly { readonly route: string; readonly inMs: number }[]> {
		return this.#step("due", () => {
			this.#sweep();
			const first = new Map<string, number>();
			for (const row of this.rows.values()) {
				const isWork = row.status === "ready" || row.status === "leased";
				if (!isWork || this.#isBlocked(row)) continue;
				const known = first.get(row.route) ?? Number.POSITIVE_INFINITY;
				first.set(row.route, Math.min(known, row.dueAt));
			}
			return [...first].map(([route, at]) => ({
				route,
				inMs: Math.max(0, at - this.#clock()),
			}));
		});
	}

	onWork(listener: (routes: readonly string[]) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	backlog(): number {
		return this.count("ready") + this.count("leased");
	}

	/** Deliveries with this status. */
	count(status: MemoryDelivery["status"]): number {
		let count = 0;
		for (const row of this.rows.values()) if (row.status === status) count++;
		return count;
	}

	/** True while somebody listens. */
	get isHeard(): boolean {
		return this.#listeners.size > 0;
	}

	/** Another router takes what is leased here. */
	steal(id: string): void {
		const row = this.rows.get(id);
		if (row !== undefined) row.attempts++;
	}

	async #step<T>(
		call: keyof MemoryStore["calls"],
		act: () => T,
		settlements?: readonly Settlement[],
	): Promise<T> {
		this.calls[call]++;
		await this.fault(call, settlements);
		const result = act();
		await new Promise(setImmediate);
		await this.loss(call);
		return result;
	}

	/** Adds it; leased at once where that is wanted and nothing is before it. */
	#add(one: NewDelivery): Receipt {
		const [first] = this.#free(one.route);
		const row: MemoryDelivery = {
			...one,
			status: "ready",
			attempts: 0,
			dueAt: this.#clock() + (one.delayMs ?? 0),
			outcomes: [],
		};
		this.rows.set(one.id, row);
		const receipt = { id: one.id, isDuplicate: false };
		if (one.leaseMs === undefined) return receipt;
		if (first !== undefined || this.#isBlocked(row)) return receipt;
		row.status = "leased";
		row.attempts++;
		row.dueAt += one.leaseMs;
		return { ...receipt, isLeased: true };
	}

	#settle({ lease, verdict, events }: Settlement): boolean {
		const row = this.#holds(lease);
		if (row === undefined) return false;
		row.outcomes.push(verdict.as);
		if (verdict.as === "returned") row.attempts--;
		const isFinal = verdict.as === "delivered" || verdict.as === "dead";
		row.status = isFinal ? verdict.as : "ready";
		if (verdict.as === "waiting" && verdict.stepsAside)
			this.rows.set(row.id, Object.assign(row, { orderKey: undefined }));
		if (verdict.as === "delivered") this.delivered.push(row.id);
		row.dueAt =
			this.#clock() + ("afterMs" in verdict ? (verdict.afterMs ?? 0) : 0);
		if (verdict.as === "delivered") for (const one of events) this.#add(one);
		return true;
	}

	#holds({
		id,
		attempt,
	}: Pick<Lease, "id" | "attempt">): MemoryDelivery | undefined {
		const row = this.rows.get(id);
		if (row?.status !== "leased" || row.attempts !== attempt) return undefined;
		return row;
	}

	/** Leases that ran out are free again. */
	#sweep(): void {
		for (const row of this.rows.values())
			if (row.status === "leased" && row.dueAt <= this.#clock())
				row.status = "ready";
	}

	*#free(route: string): Iterable<MemoryDelivery> {
		for (const row of this.rows.values())
			if (
				row.route === route &&
				row.status === "ready" &&
				row.dueAt <= this.#clock()
			)
				yield row;
	}

	/** True behind an unfinished one of the same key. */
	#isBlocked(row: MemoryDelivery): boolean {
		if (row.orderKey === undefined) return false;
		for (const other of this.rows.values()) {
			if (other === row) return false;
			if (
				other.route === row.route &&
				other.orderKey === row.orderKey &&
				(other.status === "ready" || other.status === "leased")
			)
				return true;
		}
		return false;
	}

	#call(routes: readonly string[]): void {
		for (const listener of this.#listeners) listener(routes);
	}
}

// --- helpers ---

/** Those that tell most of a service first, as `LeaseAsk.avoid` has it. */
function byPromise(
	rows: readonly MemoryDelivery[],
	avoid: readonly string[],
): readonly MemoryDelivery[] {
	return [...rows]
		.reverse()
		.sort(
			(one, other) =>
				avoid.indexOf(one.id) - avoid.indexOf(other.id) ||
				one.attempts - other.attempts,
		);
}
