/** The clock and timers of a supervisor. */
export interface Clock {
	/** Returns milliseconds of a monotonic clock. */
	now(): number;
	/** Calls a function later. Returns the function that cancels it. */
	after(ms: number, run: () => void): () => void;
}

export const SYSTEM_CLOCK: Clock = {
	now: () => performance.now(),
	after(ms, run) {
		const timer = setTimeout(run, ms);
		return () => clearTimeout(timer);
	},
};
