/** The latest work of a route. */
export interface RecentWork {
	/** Webhooks in each span of 5 seconds of the last minute, the latest last. */
	readonly spans: readonly number[];
	/** Handlers that succeeded in the last minute: answers of reply routes, and attempts. */
	readonly succeeded: number;
	/** Handlers that failed in the last minute, those whose fallback was sent among them. */
	readonly failed: number;
	/** Since when at least half of the work fails, in milliseconds since the epoch. Undefined if it does not. */
	readonly failingSince: number | undefined;
	/** The time of the latest failure. Undefined if there was none. */
	readonly failedAt: number | undefined;
}

/** The result of a handler. */
export type WorkResult = "succeeded" | "failed";

/** The latest work of a route that had none. */
export const NO_WORK: RecentWork = Object.freeze({
	spans: Object.freeze(new Array<number>(12).fill(0)),
	succeeded: 0,
	failed: 0,
	failingSince: undefined,
	failedAt: undefined,
});

/** Counts the work of a route in the last minute. A note costs an addition, except while the route fails. */
export class Recent {
	readonly #webhooks = zeros();
	readonly #succeeded = zeros();
	readonly #failed = zeros();
	/** The number of the current span since the epoch. */
	#span = 0;
	#failingSince: number | undefined;
	#failedAt: number | undefined;
	lastAt: number | undefined;

	webhook(now: number): void {
		add(this.#webhooks, this.#turn(now));
		this.lastAt = now;
	}

	work(result: WorkResult, now: number): void {
		const at = this.#turn(now);
		if (result === "failed") {
			add(this.#failed, at);
			this.#failedAt = now;
			if (this.#failingSince === undefined && this.#isBad())
				this.#failingSince = now;
			return;
		}
		add(this.#succeeded, at);
		if (this.#failingSince !== undefined && !this.#isBad())
			this.#failingSince = undefined;
	}

	read(now: number): RecentWork {
		const at = this.#turn(now);
		const webhooks = this.#webhooks;
		return {
			spans: [...webhooks.slice(at + 1), ...webhooks.slice(0, at + 1)],
			succeeded: sum(this.#succeeded),
			failed: sum(this.#failed),
			failingSince: this.#failingSince,
			failedAt: this.#failedAt,
		};
	}

	#isBad(): boolean {
		return sum(this.#failed) >= sum(this.#succeeded);
	}

	/** Empties the spans that have passed since the last note. Returns the index of the current one. */
	#turn(now: number): number {
		const span = Math.floor(now / SPAN_MS);
		const passed = Math.min(span - this.#span, SPANS);
		for (let one = 0; one < passed; one++) {
			const at = (span - one) % SPANS;
			this.#webhooks[at] = 0;
			this.#succeeded[at] = 0;
			this.#failed[at] = 0;
		}
		// A clock that was set back continues in the current span.
		if (passed > 0) this.#span = span;
		return this.#span % SPANS;
	}
}

/** Adds up the latest work of a route in several processes. */
export function sumWork(one: RecentWork, other: RecentWork): RecentWork {
	return {
		spans: one.spans.map((count, at) => count + (other.spans[at] ?? 0)),
		succeeded: one.succeeded + other.succeeded,
		failed: one.failed + other.failed,
		failingSince: pick(Math.min, one.failingSince, other.failingSince),
		failedAt: pick(Math.max, one.failedAt, other.failedAt),
	};
}

// --- helpers ---

const SPAN_MS = 5000;
const SPANS = NO_WORK.spans.length;

function zeros(): number[] {
	return new Array<number>(SPANS).fill(0);
}

function add(spans: number[], at: number): void {
	spans[at] = (spans[at] ?? 0) + 1;
}

function sum(spans: readonly number[]): number {
	return spans.reduce((total, count) => total + count, 0);
}

function pick(
	choose: (...times: number[]) => number,
	...times: readonly (number | undefined)[]
): number | undefined {
	const known = times.filter((time) => time !== undefined);
	return known.length === 0 ? undefined : choose(...known);
}
