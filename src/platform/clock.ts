import { setTimeout as sleepUntil } from "node:timers/promises";

/** The time of the calls to the platform; a test passes its own. */
export interface PlatformClock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Resolves after so many milliseconds. Rejects when the signal aborts. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The clock of this machine. */
export const SYSTEM_CLOCK: PlatformClock = {
	now: () => Date.now(),
	sleep: (ms, signal) => sleepUntil(ms, undefined, signal && { signal }),
};
