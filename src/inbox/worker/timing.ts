/** The clocks and timers of the worker: a test passes its own and never sleeps. */
export interface Timing {
	/** Milliseconds since the epoch. */
	wallMs(): number;
	/** Milliseconds since an arbitrary start; a change of the system's time does not move it. */
	nowMs(): number;
	/**
	 * Calls `run` once, not before `afterMs`, and returns a function that cancels it. A timer only keeps
	 * the process alive when `keepsAlive` is set. It MAY come early where the delay is longer than it can wait.
	 */
	setTimer(run: () => void, afterMs: number, keepsAlive?: boolean): () => void;
}

/** The system's clocks and timers. */
export const SYSTEM_TIMING: Timing = Object.freeze({
	wallMs: () => Date.now(),
	nowMs: () => performance.now(),
	setTimer(run: () => void, afterMs: number, keepsAlive = false) {
		// Beyond its bound setTimeout would run at once; a fraction would be cut off, so that it ran too early.
		const timer = setTimeout(run, Math.min(Math.ceil(afterMs), TIMEOUT_MAX_MS));
		if (!keepsAlive) timer.unref();
		return () => clearTimeout(timer);
	},
});

// --- helpers ---

const TIMEOUT_MAX_MS = 2 ** 31 - 1;
