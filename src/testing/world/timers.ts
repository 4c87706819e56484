import type { TestClock } from "./clock.ts";

/** The functions of the system, as they were before a world put its own in their place. */
const {
	setTimeout: setSystemTimeout,
	setInterval: setSystemInterval,
	clearTimeout: clearSystemTimeout,
} = globalThis;

/**
 * The timers of the code in a world. A timer ends by the world's clock or by the system's, whichever comes first: a plugin that
 * waits for 50 ms waits for 50 ms, and one that waits for an hour runs when the clock is moved by an hour.
 */
export interface WorldTimers {
	set(run: () => void, ms: number): NodeJS.Timeout;
	/** Sets an interval, which runs by the system's clock, and when the world's clock is moved as often as it would have run. */
	repeat(run: () => void, ms: number): NodeJS.Timeout;
	/** Ends all remaining timers, so that no code of a world runs after it. */
	clear(): void;
}

/** Makes the timers of a world. */
export function createWorldTimers(
	clock: Pick<TestClock, "setTimer" | "setTimerUntil">,
): WorldTimers {
	const open = new Map<NodeJS.Timeout, () => void>();
	return {
		set(run, ms) {
			const end = (): void => {
				open.get(timer)?.();
				open.delete(timer);
			};
			const timer = setSystemTimeout(() => {
				end();
				run();
			}, ms);
			const fire = (): void => {
				open.delete(timer);
				clearSystemTimeout(timer);
				run();
			};
			const cancel = clock.setTimerUntil(fire, ms, () => isCleared(timer));
			open.set(timer, cancel);
			return timer;
		},
		repeat(run, ms) {
			const timer = setSystemInterval(run, ms);
			const again = (): void => {
				if (isCleared(timer)) {
					open.delete(timer);
					return;
				}
				run();
				open.set(timer, clock.setTimer(again, Math.max(1, ms)));
			};
			open.set(timer, clock.setTimer(again, Math.max(1, ms)));
			return timer;
		},
		clear() {
			for (const [timer, cancel] of open) {
				clearSystemTimeout(timer);
				cancel();
			}
			open.clear();
		},
	};
}

// --- helpers ---

/** Returns true for a timer that `clearTimeout` or its own `close` has ended. Node has no other way to detect that. */
function isCleared(timer: NodeJS.Timeout): boolean {
	return (timer as { readonly _destroyed?: boolean })._destroyed === true;
}
