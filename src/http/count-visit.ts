import { HookError } from "../errors.ts";
import type { Metrics, RefusalAction } from "../observe/metrics/metrics.ts";
import { outcomeOf } from "../runtime/request/answer.ts";
import type { Visit } from "./app.ts";
import type { OnRejection } from "./rejection.ts";

/** Creates the function that counts each answered request. It adds to the counters that the route got at load. */
export function createVisitCount(metrics: Metrics): (visit: Visit) => void {
	const { unrouted } = metrics;
	return ({ answer, durationMs }) => {
		const { route, error, reports, outcome } = answer;
		const meters = route === undefined ? unrouted : route.meters;
		meters.answered(outcomeOf(answer), durationMs);
		if (error !== undefined) {
			const code = error instanceof HookError ? error.code : "INTERNAL";
			metrics.refused(code, ACTIONS[outcome] ?? "rejected");
		}
		for (const { code } of reports) metrics.refused(code, "reported");
	};
}

/** Creates the function that counts connections and requests which were rejected before their path was read. */
export function createRejectionCount(metrics: Metrics): OnRejection {
	return ({ code }) => {
		if (code === undefined) metrics.connectionsClosed += 1;
		else metrics.refused(code, "rejected");
	};
}

// --- helpers ---

/** The action by outcome, if it is not a rejection. */
const ACTIONS: Readonly<Record<string, RefusalAction>> = {
	quarantined: "quarantined",
	fallback: "fallback",
	// A duplicate of a quarantined webhook.
	duplicate: "quarantined",
	// Its reply could not be recorded.
	handled: "reported",
};
