import { setTimeout as wait } from "node:timers/promises";
import type { PhoneClock } from "../time.ts";
import type { ScriptTime } from "./stage.ts";

/** A clock that a scenario moves. */
export interface MovableClock extends PhoneClock {
	/** When the next timer is due. Undefined if there is none. */
	nextAt(): number | undefined;
	/** Moves the clock, timer by timer. Awaits `rest` between them. */
	advance(ms: number, rest: () => Promise<void>): Promise<void>;
}

/** Creates the time of a scenario. `rest` resolves when the router has nothing to do, and `isBusy` tells of requests on the way. */
export function createScriptTime(
	clock: MovableClock,
	isBusy: () => boolean,
	rest: () => Promise<void>,
): ScriptTime {
	const settle = async (): Promise<void> => {
		// A request that was answered may have caused the next one a few turns later.
		for (let quiet = 0, turns = 0; quiet < QUIET_TURNS; turns++) {
			await rest();
			await (turns > BUSY_TURNS ? wait(1) : nextTurn());
			quiet = isBusy() ? 0 : quiet + 1;
		}
	};
	return {
		now: () => clock.wallMs(),
		settle,
		nextAt: () => clock.nextAt(),
		moveTo: (at) => clock.advance(Math.max(0, at - clock.wallMs()), settle),
	};
}

// --- helpers ---

const QUIET_TURNS = 4;
const BUSY_TURNS = 50;

function nextTurn(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}
