import { type ErrorCode, HookError } from "../../errors.ts";
import { ALERT_WINDOW_MS } from "../../inbox/port/alert.ts";
import { SYSTEM_TIMING, type Timing } from "../../inbox/worker/timing.ts";
import { denied } from "./cause.ts";
import type { OwnEvents } from "./own-events.ts";

/** Refusals of requests for a route, with one code. */
export interface Denied {
	readonly route: string;
	readonly code: ErrorCode;
}

/** Counts refused requests, and raises an alert for a burst of them. */
export interface DeniedCount {
	/** @param count the number of refusals, default 1 */
	note(denied: Denied, count?: number): void;
}

export interface DeniedOptions {
	readonly own: Pick<OwnEvents, "raise">;
	/** The refusals of a route with one code in a window that are a burst. Read at each refusal, because a reload may change it. */
	readonly threshold: () => number;
	readonly timing?: Timing;
}

/**
 * Returns the refusal that an error stands for. Undefined if it does not count.
 *
 * @param routeOf called only for a refusal that counts; undefined for a path without a route
 */
export function toDenied(
	error: unknown,
	routeOf: () => string | undefined,
): Denied | undefined {
	if (!(error instanceof HookError) || !COUNTED.has(error.code))
		return undefined;
	const route = routeOf();
	return route === undefined ? undefined : { route, code: error.code };
}

/** Creates a count without refusals. */
export function createDeniedCount({
	own,
	threshold,
	timing = SYSTEM_TIMING,
}: DeniedOptions): DeniedCount {
	const counters = new Map<string, Counter>();
	const tell = (counter: Counter): void => {
		counter.isDue = false;
		const { route, code, count, told } = counter;
		if (count === told) return;
		counter.told = count;
		own.raise(denied(route, code, count - told));
	};
	return {
		note({ route, code }, count = 1) {
			const key = `${code} ${route}`;
			const now = timing.wallMs();
			const window = now - (now % ALERT_WINDOW_MS);
			let counter = counters.get(key);
			if (counter?.window !== window) {
				counter = { route, code, window, count: 0, told: 0, isDue: false };
				counters.set(key, counter);
			}
			counter.count += count;
			if (counter.count < threshold() || counter.isDue) return;
			if (counter.told === 0) tell(counter);
			else {
				// A flood must not write to the store for each of its requests.
				const later = counter;
				later.isDue = true;
				timing.setTimer(() => tell(later), TELL_MS);
			}
		},
	};
}

// --- helpers ---

interface Counter {
	readonly route: string;
	readonly code: ErrorCode;
	readonly window: number;
	count: number;
	/** The number of refusals in alerts so far. */
	told: number;
	/** True while a timer will tell the rest. */
	isDue: boolean;
}

/** Milliseconds in which the refusals after the first burst are collected. */
const TELL_MS = 10_000;

/** Refusals of requests for a route. Requests for unknown paths say nothing: scanners send them all day. */
const COUNTED: ReadonlySet<ErrorCode> = new Set([
	"FIREWALL_DENIED",
	"SIGNATURE_MISSING",
	"SIGNATURE_INVALID",
	"BODY_TOO_LARGE",
	"BODY_TYPE",
	"BODY_ENCODING",
	"BODY_JSON",
	"BODY_EMPTY",
	"PAYLOAD_INVALID",
	"PAYLOAD_UNRECOGNIZED",
	"PAYLOAD_UNROUTED",
	"ROUTE_METHOD",
]);
