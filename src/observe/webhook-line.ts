import type { Logger } from "pino";
import type { Level, Payload } from "../event/webhook.ts";
import type { Log } from "./log.ts";
import { EventError } from "./serialize-error.ts";

/** The route of a webhook in its log lines. */
export interface LinedRoute {
	readonly name: string;
	readonly kind: { readonly name: string };
	/** Undefined for an internal route. */
	readonly level: Level | undefined;
	/** The path in routes.yaml, with its `:name` segments. Undefined for an internal route. */
	readonly path: string | undefined;
}

/** The fields of a webhook's log line. */
export interface WebhookLine {
	/** Undefined if the route is not known. */
	readonly route: LinedRoute | undefined;
	/** The client's address. */
	readonly client: string;
	/** The operator who plays that client. Undefined for a real client. */
	readonly playedBy?: "operator" | undefined;
	readonly method: string;
	readonly outcome: string;
	/** The path as it was sent. */
	readonly path: string;
	/** The reason of a refusal or failure. */
	readonly reason: string | undefined;
	/** Advice for this request, such as the name of a similar path. */
	readonly hint?: string | undefined;
	/** The HTTP status of the answer. */
	readonly status: number;
	/** Milliseconds from the request's arrival to the answer. */
	readonly ms: number;
	/** The event's id. */
	readonly id: string | undefined;
	/** The id of its trace. Undefined if it belongs to none. */
	readonly traceId?: string | undefined;
	/** The error behind `reason`, if its stack is useful. */
	readonly err?: unknown;
	/** Written only if the log may show payloads. */
	readonly payload?: Payload | undefined;
	/** The payload and the answer, for the level `debug`. Masked unless the log may show payloads. */
	readonly shown?:
		| { readonly payload: unknown; readonly answer: unknown }
		| undefined;
	/** The number of similar lines before this one that were not written. */
	readonly notShown?: number | undefined;
}

/**
 * Creates the function that writes the single line of a webhook: `info` if it was stored or handled, was a probe or a
 * duplicate, `error` if the handler failed (with or without a fallback), otherwise `warn`.
 */
export function createWebhookLog(log: Log): (line: WebhookLine) => void {
	const unrouted = log.of("webhook");
	// Serializes the fields that all lines of a route share only once.
	const byRoute = new WeakMap<LinedRoute, RouteLines>();
	const linesOf = (route: LinedRoute): RouteLines => {
		const known = byRoute.get(route);
		if (known !== undefined) return known;
		const { name, kind, path } = route;
		// A path without `:name` segments always equals the requested one.
		const hasPath = path?.includes("/:") === false;
		const logger = unrouted.child({
			...(hasPath ? { path } : {}),
			route: name,
			kind: kind.name,
		});
		const lines = { logger, hasPath };
		byRoute.set(route, lines);
		return lines;
	};
	const others: RouteLines = { logger: unrouted, hasPath: false };
	return (line) => {
		const { route, path, err, payload } = line;
		const { logger, hasPath } = route === undefined ? others : linesOf(route);
		logger[SEVERITY_OF[line.outcome] ?? "warn"](
			{
				// A pino child has no such field: it is the logger's own level.
				level: route?.level,
				client: line.client,
				playedBy: line.playedBy,
				method: line.method,
				path: hasPath ? undefined : cut(path),
				outcome: line.outcome,
				reason: line.reason,
				hint: line.hint,
				status: line.status,
				// Microseconds are precise enough, and nobody reads fifteen digits of a float.
				ms: Math.round(line.ms * 1000) / 1000,
				id: line.id,
				traceId: line.traceId,
				err: err === undefined ? undefined : new EventError(err, payload),
				payload: log.payloads ? payload : line.shown?.payload,
				answer: line.shown?.answer,
				notShown: line.notShown,
			},
			"webhook",
		);
	};
}

// --- helpers ---

const PATH_LENGTH_MAX = 200;

/** Shortens a path. It may be as long as a request head, and the log must not grow as fast as the traffic. */
function cut(path: string): string {
	return path.length > PATH_LENGTH_MAX
		? `${path.slice(0, PATH_LENGTH_MAX)}…`
		: path;
}

/** The logger of a route's lines, and whether their fields include the path. */
interface RouteLines {
	readonly logger: Logger;
	readonly hasPath: boolean;
}

const SEVERITY_OF: Readonly<Record<string, "info" | "error">> = {
	handled: "info",
	received: "info",
	duplicate: "info",
	probe: "info",
	failed: "error",
	fallback: "error",
};
