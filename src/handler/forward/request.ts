import type { TraceContext } from "../../event/trace-context.ts";
import type { HookEvent } from "../../event/webhook.ts";
import { signStandardWebhooks } from "../../gate/schemes/standard-webhooks.ts";
import { memoLast } from "../../memo.ts";
import type { OutgoingRequest } from "./exchange.ts";
import { createForm } from "./form.ts";
import { encodeHeaderValue } from "./headers.ts";
import { type ForwardSettings, OWN_PREFIX } from "./settings.ts";

/** Writes an event as the request to an upstream. */
export type RequestWriter = (event: HookEvent, now: number) => OutgoingRequest;

export interface RequestWriterInit {
	readonly settings: ForwardSettings;
	/** The route's path in its written form, with its `:name` segments. */
	readonly path: string;
	/** The `type` of CloudEvents. */
	readonly type: string;
	/** Returns the public URL without a trailing slash. Called for each event, because the port may not be known before. */
	readonly publicUrl: () => string;
	/** The headers of the sender, in lower case, that are copied in every form. */
	readonly copied: readonly string[];
	/** Writes the headers whose values are templates, as alternating names and values. Default: none. */
	readonly render?: ((event: HookEvent) => readonly string[]) | undefined;
}

/**
 * Creates the writer of one route, whose events MUST all be of that route. `now` returns milliseconds since the epoch, and is
 * only used for signing. The user's headers override all headers except the router's own.
 */
export function createRequestWriter(init: RequestWriterInit): RequestWriter {
	const { settings, publicUrl, render } = init;
	const write = createForm(init);
	const isTraced = !Object.hasOwn(settings.headers, "traceparent");
	const rendered = new Set(settings.headerTemplates?.map(({ name }) => name));
	const user = Object.entries(settings.headers)
		.filter(([name]) => !rendered.has(name))
		.flat();
	const origin = memoLast((url) => [...describeOrigin(url, settings), ...user]);
	return (event, now) => {
		const headers = [...origin(publicUrl())];
		if (render !== undefined) headers.push(...render(event));
		const { method, path, body } = write(event, headers);
		addOwn(event, headers);
		if (event.trace !== undefined && isTraced) addTrace(event.trace, headers);
		if (settings.keys.length > 0) {
			const raw = typeof body === "string" ? Buffer.from(body) : body;
			const request = { method, path, query: "", headers: {}, raw };
			const signing = { now, nonce: event.id };
			const signed = signStandardWebhooks(settings, request, signing);
			for (const [name, value] of Object.entries(signed.headers)) {
				headers.push(name, String(value));
			}
		}
		return { method, path, headers, body };
	};
}

// --- helpers ---

/** Adds the called host and scheme (RFC 7239), unless the user sets them. The sender's address is not known here. */
function describeOrigin(
	publicUrl: string,
	{ headers }: ForwardSettings,
): readonly string[] {
	const { protocol, host } = new URL(publicUrl);
	const proto = protocol.slice(0, -1);
	const told = {
		forwarded: `host="${host}";proto=${proto}`,
		"x-forwarded-host": host,
		"x-forwarded-proto": proto,
	};
	return Object.entries(told)
		.filter(([name]) => !Object.hasOwn(headers, name))
		.flat();
}

/** The headers that neither the sender nor the user can write. */
function addOwn(event: HookEvent, headers: string[]): void {
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
function addTrace(
	{ traceparent, tracestate }: TraceContext,
	headers: string[],
): void {
	headers.push("traceparent", traceparent);
	if (tracestate !== undefined) headers.push("tracestate", tracestate);
}

const EVENT_ID = `${OWN_PREFIX}event-id`;
const KIND = `${OWN_PREFIX}kind`;
const LEVEL = `${OWN_PREFIX}level`;
const ROUTE = `${OWN_PREFIX}route`;
const ATTEMPT = `${OWN_PREFIX}attempt`;
const RECEIVED_AT = `${OWN_PREFIX}received-at`;
const PARAMS = `${OWN_PREFIX}params`;
