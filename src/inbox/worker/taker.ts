import type { PacedAsk } from "../port/pacing.ts";
import type { Lease, LeaseAsk } from "../port/queue.ts";
import type { Agenda } from "./agenda.ts";
import type { Leases } from "./leases.ts";
import type { Settler } from "./settler.ts";
import type { Tools } from "./tools.ts";

/** Leases deliveries for the routes that have work and may take it: one call at a time, and one for routes with a rate. */
export class Taker {
	readonly #tools: Tools;
	readonly #leases: Leases;
	readonly #settler: Settler;
	readonly #agenda: Agenda;
	#isTaking = false;
	/** Calls for routes with a rate take longer, and must not hold up the others. */
	#isPacing = false;
	#isStopped = false;
	#cancelRetry: (() => void) | undefined;

	constructor(
		tools: Tools,
		others: {
			readonly leases: Leases;
			readonly settler: Settler;
			readonly agenda: Agenda;
		},
	) {
		this.#tools = tools;
		this.#leases = others.leases;
		this.#settler = others.settler;
		this.#agenda = others.agenda;
	}

	/** True while a call is under way. */
	get isTaking(): boolean {
		return this.#isTaking || this.#isPacing;
	}

	/** Asks the store for what may be taken now. */
	turn(): void {
		const { slots, pauses, timing, routes, maxLeased } = this.#tools;
		if (this.#isTaking || this.#isStopped) return;
		if (this.#cancelRetry !== undefined) return;
		if (this.#settler.isStuck) return;
		const room = maxLeased - this.#leases.size;
		const nowMs = timing.nowMs();
		const bounds = { room, nowMs, pauses, mayPace: !this.#isPacing };
		const { asks, paced, resting } = slots.choose(routes(), bounds);
		// Noted at each wake: the agenda knows one time for each route, and an earlier one replaces it.
		for (const { route, inMs } of resting) this.#agenda.note(route, inMs);
		if (asks.length > 0) void this.#take(asks);
		if (paced.length > 0) void this.#takePaced(paced);
	}

	/** Asks for no more. The answer to a call under way still arrives. */
	stop(): void {
		this.#isStopped = true;
		this.#cancelRetry?.();
	}

	async #take(asks: readonly LeaseAsk[]): Promise<void> {
		const { store, leaseMs } = this.#tools;
		this.#isTaking = true;
		await this.#call(asks, () => store.lease(asks, leaseMs));
		this.#isTaking = false;
		this.#tools.turnSoon();
	}

	/** Leases what there are tokens for. The routes without a token rest until the next one. */
	async #takePaced(asks: readonly PacedAsk[]): Promise<void> {
		const { store, slots, timing, leaseMs, turnSoon } = this.#tools;
		this.#isPacing = true;
		await this.#call(asks, async () => {
			const { leases, waits } = await store.leasePaced(asks, leaseMs);
			slots.waitForTokens(waits, timing.nowMs());
			return leases;
		});
		this.#isPacing = false;
		turnSoon();
	}

	/** Makes one call to the store. */
	async #call(
		asks: readonly LeaseAsk[],
		lease: () => Promise<readonly Lease[]>,
	): Promise<void> {
		const { slots, outage, timing, onLease } = this.#tools;
		const askedMs = timing.nowMs();
		try {
			const taken = await lease();
			outage.worked("lease");
			for (const lease of taken) onLease(lease, askedMs);
			const tookMs = timing.nowMs() - askedMs;
			if (slots.answered(asks, taken, tookMs)) this.#agenda.refresh();
		} catch (error) {
			slots.unanswered(asks);
			const waitMs = outage.failed("lease", error);
			if (!this.#isStopped) this.#retryAfter(waitMs);
		}
	}

	#retryAfter(waitMs: number): void {
		this.#cancelRetry?.();
		this.#cancelRetry = this.#tools.timing.setTimer(() => {
			this.#cancelRetry = undefined;
			this.#tools.turnSoon();
		}, waitMs);
	}
}
