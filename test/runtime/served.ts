import { createHeaderFilter } from "../../src/event/kept-headers.ts";
import { createDedupeKey, createOrderKey } from "../../src/inbox/port/keys.ts";
import { DEFAULT_RETRY } from "../../src/inbox/port/retry.ts";
import { RouteMeters } from "../../src/observe/metrics/route-meters.ts";
import type { ServedRoute } from "../../src/runtime/served-route.ts";
import { fakeRoute } from "../route/kinds.ts";

/** A reply route that has nothing to say, but for what is given. */
export function servedRoute(over: Partial<ServedRoute> = {}): ServedRoute {
	return {
		...fakeRoute("one", "app"),
		mode: "reply",
		timeoutMs: 1000,
		handler: { handle: () => undefined },
		fallback: undefined,
		onInvalid: "reject",
		dedupeKeyOf: createDedupeKey([]),
		orderKeyOf: createOrderKey([]),
		concurrency: 1,
		retry: DEFAULT_RETRY,
		secretParameters: [],
		headerNames: [],
		keepHeaders: createHeaderFilter([], new Set()),
		isRecorded: false,
		isFetched: false,
		meters: new RouteMeters({
			name: "one",
			kind: "one",
			level: "app",
			mode: "reply",
		}),
		describe: () => undefined,
		...over,
	};
}
