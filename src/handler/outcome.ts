import { describeError, HookError } from "../errors.ts";
import { giveUp, isRetryLater, RetryLater } from "../plugin/steer.ts";
import type { Circuit } from "./circuit.ts";
import { unfitValueOf } from "./template/encode.ts";
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

/** Returns true for the reason with which the time limit of a handler aborts it. */
export function isTimeout(reason: unknown): boolean {
	return reason instanceof HookError && reason.code === "HANDLER_TIMEOUT";
}

/**
 * Returns the failure of an event that could not be written. A retry finds neither a missing row nor another value, so such an
 * event is dead until the table or the template changes.
 */
export function toUnwritten(error: unknown): unknown {
	if (error instanceof HookError && error.code === "EGRESS_DENIED")
		return giveUp(describeError(error));
	const isFinal =
		missingRowOf(error) !== undefined || unfitValueOf(error) !== undefined;
	return isFinal ? giveUp((error as Error).message) : error;
}

/** Lets the route go on with its other services: only the event waits, for as long as its route would. */
export function withoutRest(error: Error): Error {
	if (!isRetryLater(error) || !error.isUncounted) return error;
	const { message, afterMs, restMs, cause } = error;
	const options = { uncounted: true, restMs: 0, cause };
	return new RetryLater(message, afterMs ?? restMs, options);
}

/** Describes a service whose circuit is open for another `restMs`. */
export function describeRest(name: string, restMs: number): string {
	return `${name} fails again and again: it is not tried for another ${restMs} ms`;
}

/** Creates the error of an event that is not tried, because the circuit is open for another `restMs`. */
export function toResting(why: string, restMs: number): Error {
	return new RetryLater(why, undefined, { uncounted: true, restMs });
}
