import { HookError } from "../../errors.ts";
import type { DeliveryRow, DeliveryState } from "../../inbox/port/delivery.ts";
import type { Lease, Settlement, Verdict } from "../../inbox/port/queue.ts";
import type { InboxStore } from "../../inbox/port/store.ts";
import type { PauseView } from "../../inbox/worker/pauses.ts";
import type { Timing } from "../../inbox/worker/timing.ts";
import type { SettledAttempt } from "../../inbox/worker/work.ts";
import { giveUp, RetryLater } from "../../plugin/steer.ts";
import type { ServedRoute } from "../served-route.ts";
import { toFailure } from "./deliver.ts";
import {
	type Held,
	LeaseTable,
	type Pulled,
	type PullTarget,
} from "./pull-leases.ts";
import { GRACE_MS, LOOK_MS, PullTaker } from "./pull-taker.ts";

/** A lease, as a service names it. */
export interface LeaseName {
	readonly id: string;
	readonly attempt: number;
}

/** The result for a lease that a service named. */
export type LeaseEnd =
	| { readonly as: "done"; readonly verdict?: Verdict }
	/** Another attempt has the delivery, or it is finished. */
	| { readonly as: "ended"; readonly state: DeliveryState }
	/** The route has no such delivery. */
	| { readonly as: "unknown" };

/** How a service returns an event. */
export interface Returning {
	/** Milliseconds until the next attempt. Undefined for the route's own delays. */
	readonly afterMs: number | undefined;
	readonly reason: string | undefined;
	/** True if it can never be handled. */
	readonly isFinal: boolean;
}

export interface PullsOptions {
	readonly store: InboxStore;
	readonly timing: Timing;
	readonly pauses: Pick<PauseView, "pausedMs">;
	/** Returns a number from 0 up to, but not including, 1, for the delays of retries. Default Math.random. */
	readonly random?: () => number;
	/** Called for each attempt whose result is written. MUST NOT throw. */
	readonly onSettled: (settled: SettledAttempt) => void;
}

/**
 * Hands events out to services that fetch them. A lease is fenced by the number of the attempt, so a late answer never counts for
 * another attempt, whichever router gets it.
 */
export class Pulls {
	readonly #options: PullsOptions;
	readonly #leases: LeaseTable<PullTarget>;
	readonly #taker: PullTaker;

	constructor(options: PullsOptions) {
		this.#options = options;
		this.#leases = new LeaseTable(options.timing, (held, target) =>
			this.#lapse(held, target),
		);
		this.#taker = new PullTaker({
			...options,
			leases: this.#leases,
			bury: (held, target, reason) =>
				this.#settle(held, target, { as: "dead", reason }),
		});
	}

	/** Leases due events of a route, and waits for the first one for at most that time. Empty if none came. */
	async pull(
		target: PullTarget,
		{
			max,
			waitMs,
			signal,
		}: {
			readonly max: number;
			readonly waitMs: number;
			readonly signal: AbortSignal;
		},
	): Promise<readonly Pulled[]> {
		const { store, timing } = this.#options;
		const end = timing.nowMs() + waitMs;
		const { name } = target.route;
		let wake = (): void => {};
		let isNews = false;
		const stop = store.onWork((routes) => {
			if (!routes.includes(name)) return;
			isNews = true;
			wake();
		});
		const free = this.#leases.onFree(name, () => wake());
		const abort = (): void => wake();
		signal.addEventListener("abort", abort);
		try {
			for (;;) {
				isNews = false;
				const { pulled, inMs } = await this.#taker.take(target, max);
				const leftMs = end - timing.nowMs();
				if (pulled.length > 0 || leftMs <= 0) return pulled;
				if (signal.aborted) return [];
				if (isNews) continue;
				await new Promise<void>((resolve) => {
					const waitedMs = Math.min(leftMs, inMs, LOOK_MS);
					const cancel = timing.setTimer(resolve, waitedMs, true);
					wake = () => {
						cancel();
						resolve();
					};
				});
			}
		} finally {
			stop();
			free();
			signal.removeEventListener("abort", abort);
		}
	}

	/** Settles a lease as delivered. */
	ack(target: PullTarget, name: LeaseName): Promise<LeaseEnd> {
		return this.#end(target, name, () => ({ as: "delivered" }));
	}

	/** Settles a lease as a failed attempt. */
	nack(
		target: PullTarget,
		name: LeaseName,
		{ afterMs, reason = "it gave no reason", isFinal }: Returning,
	): Promise<LeaseEnd> {
		const why = `UPSTREAM_FAILED: the service returned the event: ${reason}`;
		return this.#end(target, name, (lease) => {
			const error = isFinal ? giveUp(why) : new RetryLater(why, afterMs);
			return this.#verdictOf(error, lease, target.route);
		});
	}

	/** Extends a lease. Returns the end of the lease, in milliseconds since the epoch, if it still held. */
	async extend(
		target: PullTarget,
		name: LeaseName,
		forMs: number,
	): Promise<LeaseEnd & { readonly until?: number }> {
		const { store, timing } = this.#options;
		const found = await this.#find(target, name);
		if ("as" in found) return found;
		const lost = await store.extend([name], forMs + GRACE_MS);
		if (lost.length > 0) return this.#missed(target, name);
		this.#leases.add(found, target, forMs);
		return { as: "done", until: timing.wallMs() + forMs };
	}

	/** Forgets the leases of this router. Those that services hold end by themselves. */
	stop(): void {
		this.#leases.clear();
	}

	async #end(
		target: PullTarget,
		name: LeaseName,
		verdictOf: (lease: Lease) => Verdict,
	): Promise<LeaseEnd> {
		const found = await this.#find(target, name);
		if ("as" in found) return found;
		const verdict = verdictOf(found.lease);
		if (await this.#settle(found, target, verdict)) {
			this.#leases.remove(name.id);
			return { as: "done", verdict };
		}
		return this.#missed(target, name);
	}

	/** Finds a lease that holds. One of another router is read from the store. */
	async #find(
		target: PullTarget,
		{ id, attempt }: LeaseName,
	): Promise<Held | Exclude<LeaseEnd, { as: "done" }>> {
		const known = this.#leases.get(id);
		const { name } = target.route;
		if (known?.lease.attempt === attempt && known.lease.route === name)
			return known;
		const detail = await this.#options.store.get(id);
		if (detail?.route !== name) return { as: "unknown" };
		if (detail.state !== "leased" || detail.attempts !== attempt)
			return { as: "ended", state: detail.state };
		const { kind, orderKey, receivedAt, envelope, updatedAt } = detail;
		const { timing } = this.#options;
		return {
			lease: {
				...{ id, route: name, kind, orderKey, attempt, receivedAt, envelope },
				body: detail.body ?? NO_BODY,
			},
			startedAt: updatedAt,
			beganMs: timing.nowMs() - Math.max(0, timing.wallMs() - updatedAt),
		};
	}

	async #missed(target: PullTarget, name: LeaseName): Promise<LeaseEnd> {
		this.#leases.remove(name.id);
		const row = await this.#row(name.id);
		return row?.route === target.route.name
			? { as: "ended", state: row.state }
			: { as: "unknown" };
	}

	async #row(id: string): Promise<DeliveryRow | undefined> {
		const [row] = await this.#options.store.find(id, 1);
		return row?.id === id ? row : undefined;
	}

	#verdictOf(error: unknown, lease: Lease, route: ServedRoute): Verdict {
		const { timing, random = Math.random, pauses } = this.#options;
		const now = timing.wallMs();
		return toFailure(error, lease, route, { now, random, pauses });
	}

	/** Writes the end of a lease. Returns false if it was lost. */
	async #settle(
		{ lease, startedAt, beganMs }: Held,
		{ work }: Pick<PullTarget, "work">,
		verdict: Verdict,
		more: Pick<Settlement, "lapsesWithinMs"> = {},
	): Promise<boolean> {
		const { store, timing, onSettled } = this.#options;
		const durationMs = timing.nowMs() - beganMs;
		const alerts =
			verdict.as === "dead"
				? work.alertsOf?.(lease, verdict.reason)
				: undefined;
		const [isWritten] = await store.settle([
			{
				lease: { id: lease.id, attempt: lease.attempt },
				...{ verdict, startedAt, durationMs, alerts, ...NOTHING, ...more },
			},
		]);
		if (isWritten !== true) return false;
		const result = { verdict, ...NOTHING };
		onSettled({ lease, result, startedAt, durationMs });
		return true;
	}

	/** Ends a lease whose time is over, unless another router has extended it. */
	async #lapse(held: Held, target: PullTarget): Promise<void> {
		const { lease } = held;
		const error = new HookError("LEASE_EXPIRED", EXPIRED);
		const verdict = this.#verdictOf(error, lease, target.route);
		try {
			await this.#settle(held, target, verdict, { lapsesWithinMs: GRACE_MS });
		} catch {
			// The store fails. The lease ends there too, and the delivery is handed out again.
		}
	}
}

// --- helpers ---

const EXPIRED =
	"the service neither acknowledged the event nor extended its lease in time";

const NOTHING = { writes: [], events: [] };
const NO_BODY = new Uint8Array(0);
