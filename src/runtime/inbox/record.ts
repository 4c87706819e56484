import { isRecord } from "../../event/is-record.ts";
import type { HookEvent, Payload } from "../../event/webhook.ts";
import { packEnvelope } from "../../inbox/port/envelope.ts";
import type { NewDelivery } from "../../inbox/port/queue.ts";
import { toChildren } from "../compile/fan-out.ts";
import { reasonsFor } from "../request/reason.ts";
import type { Resolved } from "../request/resolve.ts";

/** The facts about a request that are stored with its event. */
export interface Trace {
	/** As it was sent, without the query. */
	readonly path: string;
	/** The client's address. Undefined if it is unknown. */
	readonly client: string | undefined;
	/** The body as text, if its bytes are not plain UTF-8. */
	readonly text: string | undefined;
}

/** The outcome of a webhook that is stored after it was handled, or that will not be handled. */
export interface Ending {
	/** The reason why it is dead or quarantined. */
	readonly reason?: string;
	/** The answer that was sent, in its stored form. */
	readonly answer?: string;
}

/** Returns the event as the inbox would return it, without the secrets of its request. */
export function withoutSecrets({ route, event }: Resolved): HookEvent {
	// A signature in the body stays, because the bytes are stored unchanged.
	const { secretParameters: names } = route;
	if (names.length === 0 || event.raw.length > 0) return event;
	return { ...event, payload: without(event.payload, names) };
}

/** Converts an event for the inbox, without the secrets of its request. */
export function toDelivery(
	{ route, event }: Pick<Resolved, "route" | "event">,
	trace: Trace,
	state: NewDelivery["state"],
	{ reason, answer }: Ending = {},
): NewDelivery {
	const { params, headers, claims, method, query, handedOn, isOwn } = event;
	const targets = state === "received" ? route.targets : undefined;
	const isOfHeaders = event.trace?.traceparent === headers.traceparent;
	const { path, client, text } = trace;
	return {
		id: event.id,
		route: route.name,
		kind: event.kind,
		receivedAt: event.receivedAt,
		dedupeKey: route.dedupeKeyOf(event),
		orderKey: route.orderKeyOf(event),
		// What fans out is done with its put: the children are what is left to do.
		state: targets === undefined ? state : "delivered",
		reason,
		// Field by field: a key that is added after a spread costs a microsecond.
		envelope: packEnvelope({
			method,
			path,
			query,
			headers,
			params,
			claims,
			client,
			handedOn,
			isOwn,
			text,
			trace: isOfHeaders ? undefined : event.trace,
		}),
		body: event.raw,
		answer,
		leaseMs: undefined,
		delayMs: route.delayMs,
		children: targets && toChildren(event.id, event, targets),
	};
}

/** Formats errors in one line, with the values of the payload marked. */
export function describeErrors(
	errors: readonly unknown[],
	payload: unknown,
): string {
	return errors.map(reasonsFor(payload)).join("; ");
}

// --- helpers ---

function without(payload: Payload, names: readonly string[]): Payload {
	if (!isRecord(payload)) return payload;
	if (!names.some((name) => Object.hasOwn(payload, name))) return payload;
	const rest = Object.entries(payload).filter(([key]) => !names.includes(key));
	return Object.fromEntries(rest);
}
