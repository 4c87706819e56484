import { DEFAULT_RETRY, nextDelayMs } from "../port/retry.ts";
import type { Verdict } from "../port/store.ts";
import type { Held } from "./held.ts";
import type { Settler } from "./settler.ts";
import type { Slots } from "./slots.ts";
import type { Timing } from "./timing.ts";
import {
	type Delivered,
	RETURNED,
	type Routes,
	type WorkerListener,
} from "./work.ts";

/** What the runner needs. */
export interface RunnerOptions {
	routes(): Routes;
	readonly slots: Slots;
	readonly settler: Settler;
	readonly timing: Timing;
	readonly listener: WorkerListener;
	/** Called when a handler has ended. */
	onEnd(): void;
}

/** Runs the handlers of leased deliveries, and hands their outcomes to the settler. */
export class Runner {
	readonly #options: RunnerOptions;
	#running = 0;

	constructor(options: RunnerOptions) {
		this.#options = options;
	}

	/** Handlers at work, those included whose outcome no longer counts. */
	get running(): number {
		return this.#running;
	}

	/** Begins what may begin; the rest when handlers have ended. */
	turn(): void {
		for (const held of this.#options.slots.begin()) this.#begin(held);
	}

	#begin(held: Held): void {
		const { routes, slots, settler, timing, onEnd } = this.#options;
		const work = routes().get(held.lease.route);
		held.startedAt = timing.wallMs();
		if (work === undefined) {
			slots.finished(held.lease.route, 0);
			settler.add(held, RETURNED);
			onEnd();
			return;
		}
		this.#running++;
		held.stage = "running";
		held.beganMs = timing.nowMs();
		try {
			const outcome = work.deliver(held.lease, held.halt);
			if (!(outcome instanceof Promise)) this.#end(held, outcome);
			else
				outcome.then(
					(delivered) => this.#end(held, delivered),
					(error) => this.#end(held, this.#faulted(held, error)),
				);
		} catch (error) {
			this.#end(held, this.#faulted(held, error));
		}
	}

	#end(held: Held, outcome: Delivered): void {
		const { slots, settler, timing, onEnd } = this.#options;
		const { route } = held.lease;
		this.#running--;
		const durationMs = Math.max(0, timing.nowMs() - held.beganMs);
		slots.finished(route, durationMs);
		// Otherwise lost meanwhile, or given back by a drain.
		if (held.stage === "running") {
			held.durationMs = durationMs;
			settler.add(held, outcome);
			const restMs = restOf(outcome);
			if (restMs > 0) this.#rest(route, restMs);
		}
		onEnd();
	}

	#rest(route: string, restMs: number): void {
		const { slots, settler, timing } = this.#options;
		const untilMs = timing.nowMs() + restMs;
		for (const held of slots.rest(route, untilMs)) settler.add(held, RETURNED);
	}

	#faulted({ lease }: Held, error: unknown): Delivered {
		const { timing, listener } = this.#options;
		listener.onFault?.(lease, error);
		const { attempt, receivedAt } = lease;
		const now = timing.wallMs();
		const failure = { attempt, receivedAt, now, random: Math.random };
		const afterMs = nextDelayMs(DEFAULT_RETRY, failure);
		const message = error instanceof Error ? error.message : "no Error";
		const reason = `INTERNAL: ${message}`;
		const verdict: Verdict =
			afterMs === undefined
				? { as: "dead", reason }
				: { as: "waiting", afterMs, reason };
		return { verdict, writes: [], events: [] };
	}
}

// --- helpers ---

/** What is given back without a word would come again at once. */
const RETURNED_REST_MS = 1000;

function restOf({ verdict, restMs }: Delivered): number {
	return restMs ?? (verdict.as === "returned" ? RETURNED_REST_MS : 0);
}
