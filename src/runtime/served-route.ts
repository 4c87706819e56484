import type { HeaderFilter } from "../event/kept-headers.ts";
import type { Mode } from "../event/webhook.ts";
import type { Handler } from "../handler/handler.ts";
import type { KeyOf } from "../inbox/port/keys.ts";
import type { Toll } from "../inbox/port/rate.ts";
import type { RetryPolicy } from "../inbox/port/retry.ts";
import type { RouteMeters } from "../observe/metrics/route-meters.ts";
import type { Route } from "../route/route.ts";

/** A route with everything that is needed to serve it. */
export interface ServedRoute extends Route {
	/** The name of the route that fans out to this one, if it is written there. */
	readonly parent?: string | undefined;
	/** The routes that each get a delivery of an event of this one. Undefined unless it fans out. */
	readonly targets?: readonly ServedRoute[] | undefined;
	readonly mode: Mode;
	readonly timeoutMs: number;
	readonly handler: Handler;
	readonly fallback: Handler | undefined;
	readonly onInvalid: "reject" | "quarantine" | "report";
	/** Returns the key that identifies a webhook. */
	readonly dedupeKeyOf: KeyOf;
	/** Returns the order key. Events with the same key are handled one at a time, in order of arrival. */
	readonly orderKeyOf: KeyOf;
	/** Failed attempts after which an event leaves its order and is retried on its own. Undefined keeps it in its order. */
	readonly stepAside?: number | undefined;
	/** The number of deliveries that are handled at once. */
	readonly concurrency: number;
	readonly retry: RetryPolicy;
	/** The rates that limit how many handlers start in a time. Undefined for none. */
	readonly tolls?: readonly Toll[] | undefined;
	/** Milliseconds between the arrival of an event and its first attempt. Undefined for none. */
	readonly delayMs?: number | undefined;
	/** Parameters that contain a signature, such as `sig`. They are removed from a query that is the payload. */
	readonly secretParameters: readonly string[];
	/** The names of additional headers that an event keeps, in lower case. */
	readonly headerNames: readonly string[];
	/** Chooses the headers of an event, both for storage and for a handler that runs at once. */
	readonly keepHeaders: HeaderFilter;
	/** True if a reply is recorded after it was sent. */
	readonly isRecorded: boolean;
	/** True if an event that passes the gates is never stored, in either mode. Default false. */
	readonly isUnkept?: boolean;
	/** True if the handler serves something that anybody may fetch. */
	readonly isFetched: boolean;
	/** Its counters, which continue through reloads. */
	readonly meters: RouteMeters;
	/** Describes the handler or the fallback in one phrase. Undefined if there is none. `show` shortens a path. */
	describe(
		runs: "handler" | "fallback",
		show: (path: string) => string,
	): string | undefined;
}
