import type { Verdict } from "../port/queue.ts";
import { DEFAULT_RETRY, nextDelayMs } from "../port/retry.ts";
import type { Leased } from "./leased.ts";
import type { Settler } from "./settler.ts";
import type { Tools } from "./tools.ts";
import { RETURNED, type Result } from "./work.ts";

/** Runs the handlers of leased deliveries, and hands their results to the settler. */
export class Runner {
	readonly #tools: Tools;
	readonly #settler: Settler;
	#running = 0;

	constructor(tools: Tools, settler: Settler) {
		this.#tools = tools;
		this.#settler = settler;
	}

	/** Handlers at work, including those whose result no longer counts. */
	get running(): number {
		return this.#running;
	}

	/** Starts the handlers that are free; the others wait for the next turn. Returns true if it started one. */
	turn(): boolean {
		const begun = this.#tools.slots.begin();
		for (const leased of begun) this.#begin(leased);
		return begun.length > 0;
	}

	#begin(leased: Leased): void {
		const { routes, slots, timing, turnSoon } = this.#tools;
		const work = routes().get(leased.lease.route);
		leased.startedAt = timing.wallMs();
		if (work === undefined) {
			slots.finished(leased.lease.route, 0);
			this.#settler.add(leased, RETURNED);
			turnSoon();
			return;
		}
		this.#running++;
		leased.stage = "running";
		leased.beganMs = timing.nowMs();
		try {
			const result = work.deliver(leased.lease, leased.halt);
			if (!(result instanceof Promise)) this.#end(leased, result);
			else
				result.then(
					(later) => this.#end(leased, later),
					(error) => this.#end(leased, this.#faulted(leased, error)),
				);
		} catch (error) {
			this.#end(leased, this.#faulted(leased, error));
		}
	}

	#end(leased: Leased, result: Result): void {
		const { slots, timing, turnSoon } = this.#tools;
		const { route } = leased.lease;
		this.#running--;
		const durationMs = Math.max(0, timing.nowMs() - leased.beganMs);
		slots.finished(route, durationMs);
		// In any other stage its lease is lost, or a drain gave it back.
		if (leased.stage === "running") {
			leased.durationMs = durationMs;
			this.#settler.add(leased, result);
			const restMs = restOf(result);
			if (restMs > 0) this.#rest(route, restMs);
		}
		turnSoon();
	}

	#rest(route: string, restMs: number): void {
		const { slots, timing } = this.#tools;
		const untilMs = timing.nowMs() + restMs;
		for (const leased of slots.rest(route, untilMs))
			this.#settler.add(leased, RETURNED);
	}

	#faulted({ lease }: Leased, error: unknown): Result {
		const { timing, listener } = this.#tools;
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

/** Milliseconds that a route rests where a delivery is returned without a rest of its own: it would come again at once. */
const RETURNED_REST_MS = 1000;

function restOf({ verdict, restMs }: Result): number {
	return restMs ?? (verdict.as === "returned" ? RETURNED_REST_MS : 0);
}
