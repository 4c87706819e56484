import type { TraceContext } from "../event/trace-context.ts";
import type { HookEvent } from "../event/webhook.ts";

/** The prefix of all headers of the router. */
export const OWN_PREFIX = "switchhook-";

/** Adds the headers that neither the sender nor the user can write, to a list of alternating names and values. */
export function addOwn(event: HookEvent, headers: string[]): void {
	headers.push(
		EVENT_ID,
		event.id,
		KIND,
		encodeHeaderValue(event.kind),
		ROUTE,
		encodeHeaderValue(event.route),
		ATTEMPT,
		String(event.attempt),
		RECEIVED_AT,
		new Date(event.receivedAt).toISOString(),
	);
	if (event.level !== undefined) headers.push(LEVEL, event.level);
	if (Object.keys(event.params).length > 0) {
		headers.push(PARAMS, new URLSearchParams(event.params).toString());
	}
}

/** Adds the trace (W3C Trace Context), so that the service continues it. */
export function addTrace(
	{ traceparent, tracestate }: TraceContext,
	headers: string[],
): void {
	headers.push("traceparent", traceparent);
	if (tracestate !== undefined) headers.push("tracestate", tracestate);
}

/**
 * Encodes any text as a header's value: characters outside of visible ASCII, the quote and the percent sign are percent-encoded
 * as UTF-8 (CloudEvents 1.0, HTTP protocol binding, section 3.1.3.2).
 */
export function encodeHeaderValue(text: string): string {
	return PLAIN.test(text) ? text : text.replace(NOT_PLAIN, percentEncode);
}

// --- helpers ---

const EVENT_ID = `${OWN_PREFIX}event-id`;
const KIND = `${OWN_PREFIX}kind`;
const LEVEL = `${OWN_PREFIX}level`;
const ROUTE = `${OWN_PREFIX}route`;
const ATTEMPT = `${OWN_PREFIX}attempt`;
const RECEIVED_AT = `${OWN_PREFIX}received-at`;
const PARAMS = `${OWN_PREFIX}params`;

const PLAIN = /^[\x21\x23\x24\x26-\x7e]*$/;
const NOT_PLAIN = /[^\x21\x23\x24\x26-\x7e]/gu;

function percentEncode(character: string): string {
	let text = "";
	for (const byte of Buffer.from(character)) {
		text += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
	}
	return text;
}
