/** Passes the first writes of a key in each second, and counts the others. */
export interface Throttle {
	/**
	 * Calls `write` at once, or at the end of the second where `key` was written in it as often as `burst` says; then
	 * it is called for the last one only, with the number of those before it that were not written.
	 */
	pass(key: string, write: (notShown: number) => void): void;
	/** Writes the lines that are still waiting. */
	flush(): void;
}

/** Options of a throttle. */
export interface ThrottleOptions {
	/** Milliseconds, default 1,000. */
	readonly intervalMs?: number;
	/** Writes of one key that pass in an interval, default 1. */
	readonly burst?: number;
	/** Keys that are tracked at once, default 1,000; all others share one. */
	readonly capacity?: number;
	/** Milliseconds on any clock that does not jump, default performance.now. */
	readonly now?: () => number;
	/** Calls back once, later; default setTimeout, which does not keep the process. */
	readonly defer?: (callback: () => void, ms: number) => void;
}

/** Makes a throttle. Its timer only runs while a key is tracked. */
export function createThrottle({
	intervalMs = 1000,
	burst = 1,
	capacity = 1000,
	now = () => performance.now(),
	defer = (callback, ms) => void setTimeout(callback, ms).unref(),
}: ThrottleOptions = {}): Throttle {
	const windows = new Map<string, Window>();
	let isArmed = false;
	const arm = (): void => {
		if (isArmed) return;
		isArmed = true;
		defer(sweep, intervalMs);
	};
	const sweep = (): void => {
		isArmed = false;
		const time = now();
		for (const [key, window] of windows) {
			if (time - window.since < intervalMs) continue;
			if (window.write === undefined) windows.delete(key);
			else release(window, time);
		}
		if (windows.size > 0) arm();
	};
	return {
		pass(given, write) {
			const isOneMore = windows.size >= capacity && !windows.has(given);
			const key = isOneMore ? OTHERS : given;
			const window = windows.get(key);
			if (window !== undefined && window.passed < burst) {
				window.passed += 1;
				write(0);
				return;
			}
			if (window !== undefined) {
				window.held += 1;
				window.write = write;
				return;
			}
			windows.set(key, {
				since: now(),
				passed: 1,
				held: 0,
				write: undefined,
			});
			write(0);
			arm();
		},
		flush() {
			for (const window of windows.values()) release(window, now());
		},
	};
}

// --- helpers ---

/** One key, from the last time it was written. */
interface Window {
	since: number;
	/** How many were written since. */
	passed: number;
	/** How many were not written since. */
	held: number;
	/** Writes the last of them; undefined where there is none. */
	write: ((notShown: number) => void) | undefined;
}

/** The key that all others share; it is nobody's, since keys are addresses and outcomes. */
const OTHERS = "";

function release(window: Window, time: number): void {
	window.write?.(window.held - 1);
	window.since = time;
	window.passed = 1;
	window.held = 0;
	window.write = undefined;
}
