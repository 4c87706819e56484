import { AsyncLocalStorage } from "node:async_hooks";
import { TestClock } from "./clock.ts";
import { Outgoing } from "./outgoing.ts";
import { createWorldTimers, type WorldTimers } from "./timers.ts";

/**
 * The environment of one router under test: its time and its network. All code that runs for the router finds it, at any depth
 * of promises and timers. The code of the test itself, and other routers, do not.
 */
export interface World {
	readonly clock: TestClock;
	readonly outgoing: Outgoing;
	readonly timers: WorldTimers;
}

/** Makes a world whose clock begins at a moment, milliseconds since the epoch. */
export function createWorld(at: number): World {
	const clock = new TestClock(at);
	return {
		clock,
		outgoing: new Outgoing(),
		timers: createWorldTimers(clock),
	};
}

/** Runs work in a world. */
export function inWorld<T>(world: World, work: () => T): T {
	return WORLDS.run(world, work);
}

/** Returns the world of the code that runs now; undefined outside of one. */
export function currentWorld(): World | undefined {
	return WORLDS.getStore();
}

// --- helpers ---

const WORLDS = new AsyncLocalStorage<World>();
