import type { Halt } from "../port/halt.ts";
import type { Lease } from "../port/store.ts";
import type { Delivered } from "./work.ts";

/** A delivery that this worker holds, from its lease until its outcome is written. */
export interface Held {
	/** Its latest lease. */
	lease: Lease;
	/** When the lease runs out, by `Timing.nowMs`. */
	untilMs: number;
	/** It waits for its handler; is handled; is not yet written; is being written; is out of our hands. */
	stage: "waiting" | "running" | "done" | "settling" | "gone";
	/** Aborts when the lease is lost, and at the end of a drain. */
	readonly halt: Halt;
	/** When its handler began, milliseconds since the epoch; when it was received, until then. */
	startedAt: number;
	/** When its handler began, by `Timing.nowMs`. */
	beganMs: number;
	durationMs: number;
	/** Undefined until the handler has ended. */
	outcome: Delivered | undefined;
}
