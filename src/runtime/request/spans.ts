import type { Attributes } from "@opentelemetry/api";
import { HookError } from "../../errors.ts";
import type { TraceContext } from "../../event/trace-context.ts";
import type { HookEvent } from "../../event/webhook.ts";
import type { Verdict } from "../../inbox/port/queue.ts";
import type { Stage, Tracing } from "../../observe/tracing/tracing.ts";
import { type Answer, outcomeOf } from "./answer.ts";

// The attributes hold no payload, no address and no path as it was sent: any of them may be personal. docs/monitoring.md lists
// them.

/** Starts the span of a request. */
export function startReceive(
	tracing: Tracing,
	method: string,
	parent: TraceContext | undefined,
): Stage {
	return tracing.start("receive", {
		parent,
		attributes: { "http.request.method": method },
	});
}

/** Ends the span of a request. It failed if the sender got a status of 500 or more, or the fallback. */
export function endReceive(stage: Stage, answer: Answer): void {
	const { reply, route, event, error, outcome } = answer;
	const { status } = reply;
	stage.end(
		{
			"http.response.status_code": status,
			"switchhook.outcome": outcomeOf(answer),
			...(route && { "http.route": route.path, ...describe(route, event) }),
			...(error instanceof HookError && { "switchhook.code": error.code }),
		},
		status >= 500 || outcome === "fallback"
			? (failureOf(error) ?? String(status))
			: undefined,
	);
}

/** Starts the span of storing an event. Its context is stored with the event, and all attempts continue it. */
export function startPut(tracing: Tracing, event: HookEvent): Stage {
	return tracing.start("put", {
		parent: event.trace,
		of: event.route,
		attributes: describeEvent(event),
	});
}

/** Ends the span of storing an event. */
export function endPut(
	stage: Stage,
	{ isDuplicate, error }: { isDuplicate?: boolean; error?: unknown },
): void {
	stage.end(
		isDuplicate === undefined ? {} : { "switchhook.duplicate": isDuplicate },
		failureOf(error),
	);
}

/** Starts the span of a handler within a request. */
export function startHandle(tracing: Tracing, event: HookEvent): Stage {
	return tracing.start("handle", {
		parent: event.trace,
		of: event.route,
		attributes: describeEvent(event),
	});
}

/** Ends the span of a handler. */
export function endHandle(stage: Stage, error?: unknown): void {
	stage.end({}, failureOf(error));
}

/** Starts the span of an attempt. It continues the trace of the webhook, even after a restart. */
export function startAttempt(tracing: Tracing, event: HookEvent): Stage {
	return tracing.start("attempt", {
		parent: event.trace,
		of: event.route,
		attributes: {
			...describeEvent(event),
			"switchhook.attempt": event.attempt,
		},
	});
}

/** Ends the span of an attempt with its verdict. */
export function endAttempt(
	stage: Stage,
	{ as }: Verdict,
	error?: unknown,
): void {
	const isFailed = as === "waiting" || as === "dead";
	stage.end(
		{ "switchhook.outcome": as },
		isFailed ? (failureOf(error) ?? as) : undefined,
	);
}

// --- helpers ---

function describe(
	route: NonNullable<Answer["route"]>,
	event: HookEvent | undefined,
): Attributes {
	return {
		"switchhook.route": route.name,
		"switchhook.kind": route.kind.name,
		"switchhook.level": route.level,
		...(event && { "switchhook.event_id": event.id }),
	};
}

function describeEvent({ route, kind, level, id }: HookEvent): Attributes {
	return {
		"switchhook.route": route,
		"switchhook.kind": kind,
		"switchhook.level": level,
		"switchhook.event_id": id,
	};
}

/** Returns the code of an error, or its class. Its message may contain personal text. */
function failureOf(error: unknown): string | undefined {
	if (error === undefined) return undefined;
	if (error instanceof HookError) return error.code;
	return error instanceof Error ? error.name : "Error";
}
