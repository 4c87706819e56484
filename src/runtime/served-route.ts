import type { HeaderFilter } from "../event/kept-headers.ts";
import type { Mode } from "../event/webhook.ts";
import type { Handler } from "../handler/handler.ts";
import type { KeyOf } from "../inbox/port/keys.ts";
import type { RetryPolicy } from "../inbox/port/retry.ts";
import type { Route } from "../route/route.ts";

/** A route with all that serving it takes. */
export interface ServedRoute extends Route {
	readonly mode: Mode;
	readonly timeoutMs: number;
	readonly handler: Handler;
	readonly fallback: Handler | undefined;
	readonly onInvalid: "reject" | "quarantine" | "report";
	/** Makes the key that tells one webhook from another. */
	readonly dedupeKeyOf: KeyOf;
	/** Makes the key whose events are handled one at a time, in order of arrival. */
	readonly orderKeyOf: KeyOf;
	/** Failed tries after which an event leaves its place in that order and goes on alone; undefined keeps it there. */
	readonly stepAside?: number | undefined;
	/** Deliveries handled at once. */
	readonly concurrency: number;
	readonly retry: RetryPolicy;
	/** Parameters that hold a signature, such as `sig`: they are cut out of a query that is the payload. */
	readonly secretParameters: readonly string[];
	/** Chooses the headers that an event has, the one that is kept and the one that is handled now alike. */
	readonly keepHeaders: HeaderFilter;
	/** True where a reply is recorded after it was given. */
	readonly isRecorded: boolean;
	/** True where nothing is kept of an event that passes the gates, in either mode; default false. */
	readonly isUnkept?: boolean;
	/** True where the handler serves something that anybody may fetch. */
	readonly isFetched: boolean;
	/** Names the handler or the fallback in one phrase; undefined where there is none. `show` shortens a path. */
	describe(
		runs: "handler" | "fallback",
		show: (path: string) => string,
	): string | undefined;
}
