import { describeError, HookError } from "../errors.ts";
import type { Log } from "../observe/log.ts";
import { logWebhook } from "../observe/webhook-line.ts";
import type { Answer } from "../runtime/answer.ts";
import type { Visit } from "./app.ts";

/** Makes the one log line of every request. */
export function createVisitLog(log: Log): (visit: Visit) => void {
	return ({ method, path, client, answer, durationMs }) => {
		const { route, event, outcome, reports, error } = answer;
		logWebhook(log, {
			route: route?.name,
			kind: route?.kind.name,
			level: route?.level,
			client: client.address?.text ?? "unknown",
			method,
			outcome:
				outcome === "handled" && reports.length > 0 ? "reported" : outcome,
			// Without a route the path is all there is to go by.
			path: route === undefined ? path : undefined,
			reason: reasonOf(answer),
			status: answer.reply.status,
			ms: durationMs,
			id: event?.id,
			err: faultOf(error),
			payload: event?.payload,
		});
	};
}

// --- helpers ---

/** Why it did not go smoothly; undefined where it did. */
function reasonOf({ error, reports }: Answer): string | undefined {
	if (error === undefined && reports.length === 0) return undefined;
	const reported = reports.map((report) => `reported ${describeError(report)}`);
	const failed = error === undefined ? [] : [describeError(error)];
	return [...failed, ...reported].join("; ");
}

/** The error whose stack helps: a handler's own, or ours; a refusal by a gate has none worth reading. */
function faultOf(error: unknown): unknown {
	if (error instanceof HookError) return error.cause;
	return error;
}
