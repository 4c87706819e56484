import { setTimeout as sleep } from "node:timers/promises";

/** The form of a rate, for messages. */
export const RATE_FORM = "a rate such as `50/s`, `100/min` or `10/h`";

/** Reads a rate as the number of deliveries per second. Undefined for anything else. */
export function parseRate(text: string): number | undefined {
	const [, count, unit] = RATE.exec(text.trim()) ?? [];
	if (count === undefined || unit === undefined) return undefined;
	const perSecond = Number(count) / (SECONDS[unit] ?? 1);
	return perSecond > 0 && perSecond <= RATE_MAX ? perSecond : undefined;
}

/** The clock of a paced run. */
export interface PaceClock {
	/** Milliseconds of a clock that never goes back. */
	now(): number;
	/** Resolves after so many milliseconds, and earlier if the signal aborts. */
	sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

/** The clock of the system. */
export const SYSTEM_CLOCK: PaceClock = {
	now: () => performance.now(),
	async sleep(ms, signal) {
		// An abort only ends the pause: the caller looks at the signal.
		await sleep(ms, undefined, { signal }).catch(() => {});
	},
};

/**
 * Spaces work evenly: `take` waits until something may start, and returns how much. After a stall it lets at most a tenth of a second's
 * work start at once, because the pace protects the service behind.
 */
export class Pace {
	readonly #perMs: number;
	readonly #burst: number;
	readonly #clock: PaceClock;
	#tokens = 1;
	#at: number;

	/** @param perSecond undefined for no limit */
	constructor(perSecond: number | undefined, clock: PaceClock = SYSTEM_CLOCK) {
		this.#perMs = (perSecond ?? Number.POSITIVE_INFINITY) / 1000;
		this.#burst = Math.max(1, (perSecond ?? 0) / 10);
		this.#clock = clock;
		this.#at = clock.now();
	}

	/** Returns a number from 1 to `max`, or 0 if the signal aborted. */
	async take(max: number, signal?: AbortSignal): Promise<number> {
		for (;;) {
			if (signal?.aborted === true) return 0;
			if (this.#perMs === Number.POSITIVE_INFINITY) return max;
			const now = this.#clock.now();
			const earned = (now - this.#at) * this.#perMs;
			this.#tokens = Math.min(this.#burst, this.#tokens + earned);
			this.#at = now;
			const whole = Math.floor(this.#tokens + TINY);
			if (whole >= 1) {
				const taken = Math.min(max, whole);
				this.#tokens -= taken;
				return taken;
			}
			const missing = (1 - this.#tokens) / this.#perMs;
			await this.#clock.sleep(Math.max(1, Math.ceil(missing)), signal);
		}
	}
}

// --- helpers ---

const RATE = /^(\d+(?:\.\d+)?)\/(s|sec|second|min|m|minute|h|hour)$/;

const SECONDS: Readonly<Record<string, number>> = {
	s: 1,
	sec: 1,
	second: 1,
	m: 60,
	min: 60,
	minute: 60,
	h: 3600,
	hour: 3600,
};

const RATE_MAX = 100_000;

/** The error of adding up fractions. */
const TINY = 1e-9;
