import type { LeaseAsk } from "../port/queue.ts";
import type { Agenda } from "./agenda.ts";
import type { Leases } from "./leases.ts";
import type { Settler } from "./settler.ts";
import type { Tools } from "./tools.ts";

/** Leases deliveries for the routes that have work and may take it: one call at a time. */
export class Taker {
	readonly #tools: Tools;
	readonly #leases: Leases;
	readonly #settler: Settler;
	readonly #agenda: Agenda;
	#isTaking = false;
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
		return this.#isTaking;
	}

	/** Asks the store for what may be taken now. */
	turn(): void {
		const { slots, timing, routes, maxLeased } = this.#tools;
		if (this.#isTaking || this.#isStopped) return;
		if (this.#cancelRetry !== undefined) return;
		if (this.#settler.isStuck) return;
		const room = maxLeased - this.#leases.size;
		const bounds = { room, nowMs: timing.nowMs() };
		const { asks, resting } = slots.choose(routes(), bounds);
		// Noted at each wake: the agenda knows one time for each route, and an earlier one replaces it.
		for (const { route, inMs } of resting) this.#agenda.note(route, inMs);
		if (asks.length > 0) void this.#take(asks);
	}

	/** Asks for no more. The answer to a call under way still arrives. */
	stop(): void {
		this.#isStopped = true;
		this.#cancelRetry?.();
	}

	async #take(asks: readonly LeaseAsk[]): Promise<void> {
		const { store, slots, outage, timing, onLease, leaseMs } = this.#tools;
		const askedMs = timing.nowMs();
		this.#isTaking = true;
		try {
			const taken = await store.lease(asks, leaseMs);
			outage.worked("lease");
			for (const lease of taken) onLease(lease, askedMs);
			const tookMs = timing.nowMs() - askedMs;
			if (slots.answered(asks, taken, tookMs)) this.#agenda.refresh();
		} catch (error) {
			slots.unanswered(asks);
			const waitMs = outage.failed("lease", error);
			if (!this.#isStopped) this.#retryAfter(waitMs);
		}
		this.#isTaking = false;
		this.#tools.turnSoon();
	}

	#retryAfter(waitMs: number): void {
		this.#cancelRetry = this.#tools.timing.setTimer(() => {
			this.#cancelRetry = undefined;
			this.#tools.turnSoon();
		}, waitMs);
	}
}
