import type { Halt } from "../port/halt.ts";
import type { Lease } from "../port/queue.ts";
import type { Result } from "./work.ts";

/** A delivery in the hands of this worker, from its lease until its result is written. */
export interface Leased {
	/** Its latest lease. */
	lease: Lease;
	/** When the lease runs out, by `Timing.nowMs`. */
	untilMs: number;
	stage: Stage;
	/** Aborts when the lease is lost, and at the end of a drain. */
	readonly halt: Halt;
	/** When its handler began, milliseconds since the epoch; when it was received, until then. */
	startedAt: number;
	/** When its handler began, by `Timing.nowMs`. */
	beganMs: number;
	durationMs: number;
	/** Undefined until the handler has ended. */
	result: Result | undefined;
}

/** How far this worker is with a delivery. */
export type Stage =
	/** It waits in its slot until a handler is free. */
	| "waiting"
	/** Its handler is at work. */
	| "running"
	/** Its handler has ended; the result waits to be written. */
	| "done"
	/** The store is writing the result. */
	| "settling"
	/** The result is written, or the lease is lost: this worker no longer has it. */
	| "gone";
