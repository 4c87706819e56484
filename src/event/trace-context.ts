/**
 * The trace that an event belongs to (W3C Trace Context), as the headers of a request. Send it with every request that is made
 * for the event: `fetch(url, { headers: { ...event.trace } })`.
 */
export interface TraceContext {
	readonly traceparent: string;
	readonly tracestate?: string;
}

/** The names of its headers, in lower case. */
export const TRACE_HEADERS = ["traceparent", "tracestate"] as const;

/** Reads the trace of a request. Undefined if it has none, or one that is not valid (W3C Trace Context, section 3.2.2). */
export function readTraceContext(
	headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): TraceContext | undefined {
	const { traceparent, tracestate } = headers;
	// The usual case.
	if (typeof traceparent !== "string") return undefined;
	const ids = PARENT.exec(traceparent);
	if (ids === null) return undefined;
	const [, version = "", traceId = "", parentId = "", flags = "", more] = ids;
	const isEmpty = NO_TRACE.test(traceId) || NO_TRACE.test(parentId);
	const isOdd = version === "ff" || (version === "00" && more !== undefined);
	if (isEmpty || isOdd) return undefined;
	// A later version is continued as this one (section 4.3).
	const parent = `00-${traceId}-${parentId}-${flags}`;
	const state = Array.isArray(tracestate) ? tracestate.join(",") : tracestate;
	return typeof state === "string" &&
		state !== "" &&
		state.length <= STATE_LENGTH_MAX
		? { traceparent: parent, tracestate: state }
		: { traceparent: parent };
}

/** Returns the id of a trace, with which all its log lines and spans are found. */
export function traceIdOf(trace: TraceContext | undefined): string | undefined {
	return trace?.traceparent.slice(3, 35);
}

// --- helpers ---

const PARENT =
	/^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NO_TRACE = /^0+$/;

/** A longer one may be dropped (section 3.3.1.5). */
const STATE_LENGTH_MAX = 512;
