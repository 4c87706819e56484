import { isRecord } from "../../event/is-record.ts";
import type { HookEvent, Payload } from "../../event/webhook.ts";
import { packEnvelope } from "../../inbox/port/envelope.ts";
import type { NewDelivery } from "../../inbox/port/queue.ts";
import { reasonsFor } from "../reason.ts";
import type { Resolved } from "../resolve.ts";

/** The facts about a request that are kept beside its event. */
export interface Trace {
	/** As it was sent, without the query. */
	readonly path: string;
	/** The client's address; undefined where it could not be told. */
	readonly client: string | undefined;
	/** The body as text, where its bytes are not plain UTF-8. */
	readonly text: string | undefined;
}

/** How a webhook ended that comes into the inbox afterwards, or not to be handled. */
export interface Ending {
	/** Why it is dead or quarantined. */
	readonly reason?: string;
	/** The answer that was sent, as it is kept. */
	readonly answer?: string;
}

/** Returns the event as the inbox would give it back: without the secrets that came with it. */
export function withoutSecrets({ route, event }: Resolved): HookEvent {
	// A signature in the body stays: its bytes are kept as they came.
	const { secretParameters: names } = route;
	if (names.length === 0 || event.raw.length > 0) return event;
	return { ...event, payload: without(event.payload, names) };
}

/** Writes an event as the inbox keeps it, without the secrets that came with it. */
export function toDelivery(
	{ route, event }: Pick<Resolved, "route" | "event">,
	trace: Trace,
	state: NewDelivery["state"],
	{ reason, answer }: Ending = {},
): NewDelivery {
	const { params, headers, claims, method, query, handedOn } = event;
	const { path, client, text } = trace;
	return {
		id: event.id,
		route: route.name,
		kind: event.kind,
		receivedAt: event.receivedAt,
		dedupeKey: route.dedupeKeyOf(event),
		orderKey: route.orderKeyOf(event),
		state,
		reason,
		// Field by field: keys that are added behind a spread cost a microsecond each.
		envelope: packEnvelope({
			method,
			path,
			query,
			headers,
			params,
			claims,
			client,
			handedOn,
			text,
		}),
		body: event.raw,
		answer,
		leaseMs: undefined,
	};
}

/** Writes errors in one line, with the values of the payload marked. */
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
