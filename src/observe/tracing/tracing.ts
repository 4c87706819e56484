import type { Attributes, Span, SpanContext } from "@opentelemetry/api";
import type { TraceContext } from "../../event/trace-context.ts";

/** The work of a span. */
export type StageName = "receive" | "put" | "handle" | "attempt";

/** A running span. `end` MUST be called once. */
export interface Stage {
	/** The context that requests of this stage send, and that its children continue. */
	readonly trace: TraceContext;
	/** Runs work with the span as the active one, so that the spans of other libraries become its children. */
	run<T>(work: () => T): T;
	/** @param failure the error code or the class of the failure. Undefined if there was none */
	end(attributes: Attributes, failure?: string): void;
}

/** The start of a span. */
export interface StageStart {
	readonly attributes: Attributes;
	/** The trace to continue. Undefined begins a new one. */
	readonly parent: TraceContext | undefined;
	/** A name of few values to append, such as the route's. */
	readonly of?: string;
}

/** Creates the spans of the router, with the SDK of the process. */
export interface Tracing {
	start(name: StageName, start: StageStart): Stage;
}

/**
 * Returns undefined unless an OpenTelemetry SDK is registered in this process. Without one, not even the API is loaded, and a
 * request has no further cost.
 */
export async function openTracing(): Promise<Tracing | undefined> {
	if (!isRegistered()) return undefined;
	return createTracing(await import("@opentelemetry/api"));
}

// --- helpers ---

type Api = typeof import("@opentelemetry/api");

/** The global of version 1 of the API, which all its copies in a process share. It has a `trace` once an SDK is registered. */
const GLOBAL = Symbol.for("opentelemetry.js.api.1");

function isRegistered(): boolean {
	const shared = (globalThis as { readonly [GLOBAL]?: { trace?: unknown } })[
		GLOBAL
	];
	return shared?.trace !== undefined;
}

function createTracing(api: Api): Tracing {
	const { trace, context, SpanKind, SpanStatusCode } = api;
	const tracer = trace.getTracer("switchhook");
	const kinds: Readonly<Record<StageName, number>> = {
		receive: SpanKind.SERVER,
		put: SpanKind.PRODUCER,
		handle: SpanKind.INTERNAL,
		attempt: SpanKind.CONSUMER,
	};
	return {
		start(name, { attributes, parent, of }) {
			// Written out instead of `propagation.extract`, which reads nothing unless the SDK registered a propagator.
			const under =
				parent === undefined
					? api.ROOT_CONTEXT
					: trace.setSpanContext(
							api.ROOT_CONTEXT,
							toSpanContext(api, parent, name === "receive"),
						);
			const span: Span = tracer.startSpan(
				of === undefined ? name : `${name} ${of}`,
				{ kind: kinds[name], attributes },
				under,
			);
			return {
				trace: toTraceContext(span.spanContext()),
				run: (work) =>
					context.with(trace.setSpan(context.active(), span), work),
				end(more, failure) {
					span.setAttributes(more);
					const route = more["switchhook.route"];
					if (of === undefined && route !== undefined)
						span.updateName(`${name} ${route}`);
					if (failure !== undefined) {
						span.setAttribute("error.type", failure);
						span.setStatus({ code: SpanStatusCode.ERROR });
					}
					span.end();
				},
			};
		},
	};
}

function toSpanContext(
	{ createTraceState }: Api,
	{ traceparent, tracestate }: TraceContext,
	isRemote: boolean,
): SpanContext {
	return {
		traceId: traceparent.slice(3, 35),
		spanId: traceparent.slice(36, 52),
		traceFlags: Number.parseInt(traceparent.slice(53, 55), 16),
		isRemote,
		...(tracestate !== undefined && {
			traceState: createTraceState(tracestate),
		}),
	};
}

function toTraceContext({
	traceId,
	spanId,
	traceFlags,
	traceState,
}: SpanContext): TraceContext {
	const flags = traceFlags.toString(16).padStart(2, "0");
	const traceparent = `00-${traceId}-${spanId}-${flags}`;
	const tracestate = traceState?.serialize() ?? "";
	return tracestate === "" ? { traceparent } : { traceparent, tracestate };
}
