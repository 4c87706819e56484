import { giveUp, RetryLater } from "../plugin/steer.ts";
import type { Circuit } from "./circuit.ts";
import { missingRowOf } from "./template/lookup.ts";

/** The reason of a failed attempt on an accept route, and whether a retry may succeed. */
export interface FailedAttempt {
	readonly why: string;
	readonly isFinal?: boolean;
	/** Undefined uses the route's own delays. */
	readonly afterMs?: number | undefined;
	/** True if the service was not called. */
	readonly uncounted?: boolean;
	readonly cause?: unknown;
}

/**
 * Creates the error of a failed attempt. A probe that found the service down served all events, so it does not count as an
 * attempt of this one.
 */
export function toRetry(
	{ why, isFinal, afterMs, uncounted = false, cause }: FailedAttempt,
	circuit: Circuit,
	isLostProbe: boolean,
): Error {
	if (isFinal) return giveUp(why);
	if (!isLostProbe) return new RetryLater(why, afterMs, { uncounted, cause });
	const restMs = circuit.caution()?.restMs ?? 0;
	return new RetryLater(why, afterMs, { uncounted: true, restMs, cause });
}

/** Returns the failure for a missing row. A retry would not find it either, so the event is dead until the table has the row. */
export function toUnwritten(error: unknown): unknown {
	return missingRowOf(error) === undefined
		? error
		: giveUp((error as Error).message);
}

/** Describes a service whose circuit is open for another `restMs`. */
export function describeRest(name: string, restMs: number): string {
	return `${name} fails again and again: it is not tried for another ${restMs} ms`;
}

/** Creates the error of an event that is not tried, because the circuit is open for another `restMs`. */
export function toResting(why: string, restMs: number): Error {
	return new RetryLater(why, undefined, { uncounted: true, restMs });
}
