/** Passes the first writes of a key in each second, and counts the rest. */
export interface Throttle {
	/**
	 * Calls `write` at once if `key` was written less than `burst` times in the current second. Otherwise calls only the last one
	 * at the end of the second, with the number of skipped writes before it.
	 */
	pass(key: string, write: (notShown: number) => void): void;
	/** Writes the pending lines. */
	flush(): void;
}

/** The options of a throttle. */
export interface ThrottleOptions {
	/** Milliseconds, default 1,000. */
	readonly intervalMs?: number;
	/** The number of writes of one key in an interval. Default 1. */
	readonly burst?: number;
	/** The number of tracked keys. All further keys share one. Default 1,000. */
	readonly capacity?: number;
	/** Returns milliseconds of a monotonic clock. Default performance.now. */
	readonly now?: () => number;
	/** Calls back once, later. Default: setTimeout, without keeping the process alive. */
	readonly defer?: (callback: () => void, ms: number) => void;
}

/** Creates a throttle. Its timer only runs while a key is tracked. */
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

/** The state of one key since its last write. */
interface Window {
	since: number;
	/** The number of writes since then. */
	passed: number;
	/** The number of skipped writes since then. */
	held: number;
	/** Writes the last skipped one. Undefined if there is none. */
	write: ((notShown: number) => void) | undefined;
}

/** The key that all further keys share. It cannot collide, because keys are addresses and outcomes. */
const OTHERS = "";

function release(window: Window, time: number): void {
	window.write?.(window.held - 1);
	window.since = time;
	window.passed = 1;
	window.held = 0;
	window.write = undefined;
}
