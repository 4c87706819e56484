import type { Mode } from "../event/webhook.ts";
import type { Handler } from "../handler/handler.ts";
import type { Route } from "../route/route.ts";

/** A route with all that serving it takes. */
export interface ServedRoute extends Route {
	readonly mode: Mode;
	readonly timeoutMs: number;
	readonly handler: Handler;
	readonly fallback: Handler | undefined;
	readonly onInvalid: "reject" | "report";
}
