import type { Logger } from "pino";
import type { Level, Payload } from "../event/webhook.ts";
import type { Log } from "./log.ts";
import { EventError } from "./serialize-error.ts";

/** The route of a webhook, as each of its lines names it. */
export interface LinedRoute {
	readonly name: string;
	readonly kind: { readonly name: string };
	readonly level: Level;
	/** As in routes.yaml, with its `:name` segments. */
	readonly path: string;
}

/** The fields of a webhook's log line. */
export interface WebhookLine {
	/** Undefined while no route was known. */
	readonly route: LinedRoute | undefined;
	/** The client's address. */
	readonly client: string;
	/** Who played that client; undefined for a real one. */
	readonly playedBy?: "operator" | undefined;
	readonly method: string;
	readonly outcome: string;
	/** The path as it was sent. */
	readonly path: string;
	/** The reason of a refusal or a failure. */
	readonly reason: string | undefined;
	/** The advice that fits this request, such as a path that is near. */
	readonly hint?: string | undefined;
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
 * Makes the function that writes the one line of a webhook: `info` when it was kept or handled, was a probe or came again,
 * `error` when the handler failed (whether or not a fallback was answered), else `warn`.
 */
export function createWebhookLog(log: Log): (line: WebhookLine) => void {
	const unrouted = log.of("webhook");
	// The fields that all lines of a route share are serialized once.
	const byRoute = new WeakMap<LinedRoute, RouteLines>();
	const linesOf = (route: LinedRoute): RouteLines => {
		const known = byRoute.get(route);
		if (known !== undefined) return known;
		const { name, kind, path } = route;
		// Without `:name` segments only what is spelled the same is served.
		const hasPath = !path.includes("/:");
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
				// A child of pino has no field of this name: it is the logger's own level.
				level: route?.level,
				client: line.client,
				playedBy: line.playedBy,
				method: line.method,
				path: hasPath ? undefined : cut(path),
				outcome: line.outcome,
				reason: line.reason,
				hint: line.hint,
				status: line.status,
				// Microseconds are enough, and fifteen digits of a float are not read by anyone.
				ms: Math.round(line.ms * 1000) / 1000,
				id: line.id,
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

/** A path may be as long as a head: the log must not grow faster than what is sent. */
function cut(path: string): string {
	return path.length > PATH_LENGTH_MAX
		? `${path.slice(0, PATH_LENGTH_MAX)}…`
		: path;
}

/** The logger of a route's lines, and whether their path is among its fields. */
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
