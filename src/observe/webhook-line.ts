import type { Level, Payload } from "../event/webhook.ts";
import type { Log } from "./log.ts";
import { EventError } from "./serialize-error.ts";

/** The fields of a webhook's log line. */
export interface WebhookLine {
	/** Undefined while no route was known. */
	readonly route: string | undefined;
	readonly kind: string | undefined;
	readonly level: Level | undefined;
	/** The client's address. */
	readonly client: string;
	/** Who played that client; undefined for a real one. */
	readonly playedBy?: "operator" | undefined;
	readonly method: string;
	readonly outcome: string;
	/** The path as it was sent, where no route was known. */
	readonly path?: string | undefined;
	/** The reason of a refusal or a failure. */
	readonly reason: string | undefined;
	/** HTTP status that was answered. */
	readonly status: number;
	/** Milliseconds from the request's arrival to the answer. */
	readonly ms: number;
	/** The event's id. */
	readonly id: string | undefined;
	/** The error behind `reason`, where its stack helps. */
	readonly err?: unknown;
	/** Written only by a log that may show payloads. */
	readonly payload?: Payload | undefined;
	/** The payload and the answer, for a log that writes `debug`; masked unless it may show payloads. */
	readonly shown?:
		| { readonly payload: unknown; readonly answer: unknown }
		| undefined;
	/** Lines like this one before it that were not written. */
	readonly notShown?: number | undefined;
}

/**
 * Writes the one line of a webhook: `info` when it was kept or handled, was a probe or came again, `error` when the
 * handler failed (whether or not a fallback was answered), else `warn`.
 */
export function logWebhook(log: Log, line: WebhookLine): void {
	log[SEVERITY_OF[line.outcome] ?? "warn"](
		{
			route: line.route,
			kind: line.kind,
			level: line.level,
			client: line.client,
			playedBy: line.playedBy,
			method: line.method,
			outcome: line.outcome,
			path: line.path,
			reason: line.reason,
			status: line.status,
			// Microseconds are enough, and fifteen digits of a float are not read by anyone.
			ms: Math.round(line.ms * 1000) / 1000,
			id: line.id,
			err:
				line.err === undefined
					? undefined
					: new EventError(line.err, line.payload),
			payload: log.payloads ? line.payload : line.shown?.payload,
			answer: line.shown?.answer,
			notShown: line.notShown,
		},
		"webhook",
	);
}

// --- helpers ---

const SEVERITY_OF: Readonly<Record<string, "info" | "error">> = {
	handled: "info",
	received: "info",
	duplicate: "info",
	probe: "info",
	failed: "error",
	fallback: "error",
};
