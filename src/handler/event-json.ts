import { isRecord } from "../event/is-record.ts";
import type { HookEvent } from "../event/webhook.ts";

/** Returns an event as the JSON object that programs outside of the router get. */
export function toEventJson(
	event: HookEvent,
): Readonly<Record<string, unknown>> {
	const { id, kind, level, route, attempt, claims, params, query } = event;
	return {
		id,
		kind,
		level,
		route,
		attempt,
		receivedAt: new Date(event.receivedAt).toISOString(),
		payload: payloadOf(event),
		claims,
		params,
		query,
	};
}

/** Returns the payload without the digest that proves the origin of an SMS. */
export function payloadOf({ payload }: HookEvent): unknown {
	if (!isRecord(payload) || !Object.hasOwn(payload, "sig")) return payload;
	const { sig: _, ...rest } = payload;
	return rest;
}
