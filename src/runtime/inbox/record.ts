import { isRecord } from "../../event/is-record.ts";
import type { HookEvent, Payload } from "../../event/webhook.ts";
import { packEnvelope } from "../../inbox/port/envelope.ts";
import type { NewDelivery } from "../../inbox/port/store.ts";
import { reasonsFor } from "../reason.ts";
import type { Resolved } from "../resolve.ts";

/** The part of a request that is stored beside its event. */
export interface Trace {
	/** As it was sent, without the query. */
	readonly path: string;
	/** The client's address; undefined where it could not be told. */
	readonly client: string | undefined;
	/** The body as text, where its bytes are not plain UTF-8. */
	readonly text: string | undefined;
}

/** Returns the event without the secrets that came with it, as the inbox gives it back. */
export function withoutSecrets({ route, event }: Resolved): HookEvent {
	// A signature in the body stays: its bytes are kept as they came.
	if (!route.hasSig || event.raw.length > 0) return event;
	return { ...event, payload: withoutSig(event.payload) };
}

/** Writes an event as the inbox keeps it, without the secrets that came with it. */
export function toDelivery(
	{ route, event }: Pick<Resolved, "route" | "event">,
	trace: Trace,
	state: NewDelivery["state"],
	reason?: string,
): NewDelivery {
	const { payload, params, headers, claims, method, query, handedOn } = event;
	const { path, client, text } = trace;
	return {
		id: event.id,
		route: route.name,
		kind: event.kind,
		receivedAt: event.receivedAt,
		dedupeKey: route.dedupeKeyOf(payload, headers),
		orderKey: route.orderKeyOf(payload, headers),
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
		leaseMs: undefined,
	};
}

/** Writes errors in one line, as the reason why a webhook with this payload is not trusted or not handled. */
export function describeErrors(
	errors: readonly unknown[],
	payload: unknown,
): string {
	return errors.map(reasonsFor(payload)).join("; ");
}

// --- helpers ---

function withoutSig(payload: Payload): Payload {
	if (!isRecord(payload) || !Object.hasOwn(payload, "sig")) return payload;
	const { sig: _, ...rest } = payload;
	return rest;
}
