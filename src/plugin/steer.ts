import { parseDuration } from "../finding/units.ts";

/** Thrown by a handler to retry the event later. */
export class RetryLater extends Error {
	override readonly name = "RetryLater";
	/** Milliseconds. Undefined uses the route's own delays. */
	readonly afterMs: number | undefined;
	/** True if nothing was tried, so that the attempt does not count. */
	readonly isUncounted: boolean;
	/** The milliseconds for which the whole route pauses after an uncounted attempt. Default `afterMs`, the event's own delay. */
	readonly restMs: number | undefined;

	constructor(
		why: string,
		afterMs: number | undefined,
		options: {
			readonly uncounted?: boolean | undefined;
			readonly restMs?: number | undefined;
			readonly cause?: unknown | undefined;
		} = {},
	) {
		super(
			why,
			options.cause === undefined ? undefined : { cause: options.cause },
		);
		this.afterMs = afterMs;
		this.isUncounted = options.uncounted ?? false;
		this.restMs = options.restMs;
		mark(this, RETRY_LATER);
	}
}

/** Thrown by a handler for an event that can never be handled. */
export class GiveUp extends Error {
	override readonly name = "GiveUp";

	constructor(why: string) {
		super(why);
		mark(this, GIVE_UP);
	}
}

/**
 * Makes an error that says "try this event again later"; `after` is a duration as in routes.yaml, by
 * default the route's own delay. With `uncounted` the attempt does not count, as nothing was tried;
 * default false. Throws a TypeError when `after` is not a duration.
 *
 * @example
 * throw retryLater("the shop is closed", { after: "5m" });
 */
export function retryLater(
	why: string,
	{
		after,
		uncounted = false,
	}: {
		readonly after?: string | undefined;
		readonly uncounted?: boolean | undefined;
	} = {},
): RetryLater {
	return new RetryLater(
		why,
		after === undefined ? undefined : toMilliseconds(after),
		{ uncounted },
	);
}

/**
 * Makes an error that says "this event can never be handled; stop trying".
 *
 * @example
 * throw giveUp(`no customer has the number ${event.payload.to}`);
 */
export function giveUp(why: string): GiveUp {
	return new GiveUp(why);
}

/** Returns true for a result of `retryLater`, from any copy of the package. */
export function isRetryLater(error: unknown): error is RetryLater {
	return hasMark(error, RETRY_LATER);
}

/** Returns true for a result of `giveUp`, from any copy of the package. */
export function isGiveUp(error: unknown): error is GiveUp {
	return hasMark(error, GIVE_UP);
}

// --- helpers ---

// Registered symbols, because a plugin may bring a second copy of the package, for which `instanceof` would fail.
const RETRY_LATER = Symbol.for("switchhook.retry-later");
const GIVE_UP = Symbol.for("switchhook.give-up");

// Not enumerable, so that no log prints the mark.
function mark(error: Error, symbol: symbol): void {
	Object.defineProperty(error, symbol, { value: true });
}

function hasMark(error: unknown, symbol: symbol): boolean {
	return typeof error === "object" && error !== null && symbol in error;
}

function toMilliseconds(after: string): number {
	const ms = parseDuration(after);
	if (ms === undefined) {
		throw new TypeError(
			`retryLater: \`after\` is not a duration: expected a number with its unit, such as "30s" or "5m"`,
		);
	}
	return ms;
}
