import type { Drifting } from "./watch.ts";

/**
 * Checks for drift in the interval of `platform.drift`. Returns the function that ends it. Undefined without an interval: the
 * client of the platform is loaded only for one.
 */
export function startDrift(
	drifting: Drifting,
): (() => Promise<void>) | undefined {
	const everyMs = drifting.settings().platform?.driftMs;
	if (everyMs === undefined) return undefined;
	const watching = import("./watch.ts").then(({ watchPlatform }) =>
		watchPlatform(drifting, everyMs),
	);
	return async () => (await watching)();
}
