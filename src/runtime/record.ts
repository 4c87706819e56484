import { describeError } from "../errors.ts";
import { type HookEvent, isRecord, type Payload } from "../event/webhook.ts";
import { hasQueryPayload } from "../gate/body.ts";
import { cutSignature, keepHeaders, packEnvelope } from "../inbox/envelope.ts";
import { dedupeKeyOf, orderKeyOf } from "../inbox/keys.ts";
import type { NewDelivery } from "../inbox/store.ts";
import type { Resolved } from "./resolve.ts";

/** What is kept of a request beside its event. */
export interface Trace {
	/** As it was sent, without the query. */
	readonly path: string;
	readonly query: string;
	/** The client's address; undefined where it could not be told. */
	readonly client: string | undefined;
	/** The body as text, where its bytes are not plain UTF-8. */
	readonly text: string | undefined;
}

/** The event without the secrets that came with it, as the inbox gives it back. */
export function withoutSecrets({ route, event }: Resolved): HookEvent {
	const { query = "" } = event;
	const keptQuery = cutSignature(query);
	const isCut = keptQuery !== query && hasQueryPayload(event);
	return {
		...event,
		payload: isCut ? withoutSignature(event.payload) : event.payload,
		headers: keepHeaders(event.headers, route.secretHeaders),
		query: keptQuery,
	};
}

/** Writes an event as the inbox keeps it, without the secrets that came with it. */
export function toDelivery(
	{ route, event }: Pick<Resolved, "route" | "event">,
	trace: Trace,
	state: NewDelivery["state"],
	reason?: string,
): NewDelivery {
	const { payload, params, headers, claims, method, handedOn } = event;
	const { path, query, client, text } = trace;
	return {
		id: event.id,
		route: route.name,
		kind: event.kind,
		receivedAt: event.receivedAt,
		dedupeKey: dedupeKeyOf(route.dedupe, payload),
		orderKey: orderKeyOf(route.orderBy, payload),
		state,
		reason,
		// Field by field: keys that are added behind a spread cost a microsecond each.
		envelope: packEnvelope(
			{
				method,
				path,
				query,
				headers,
				params,
				claims,
				client,
				handedOn,
				text,
			},
			route.secretHeaders,
		),
		body: event.raw,
		leaseMs: undefined,
	};
}

/** Writes why something is not trusted or not done, in one line. */
export function describeErrors(errors: readonly unknown[]): string {
	return errors.map(describeError).join("; ");
}

// --- helpers ---

function withoutSignature(payload: Payload): Payload {
	if (!isRecord(payload)) return payload;
	const { sig: _, ...rest } = payload;
	return rest;
}
