import { isRecord } from "../event/is-record.ts";
import type { HookEvent } from "../event/webhook.ts";

/** Writes an event as one JSON object, as `as: json` describes it. */
export function toEventJson(event: HookEvent): string {
	const { id, kind, level, route, attempt, claims, params, query } = event;
	return JSON.stringify({
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
	});
}

/** Returns the payload without the digest that proves the origin of an SMS. */
export function payloadOf({ payload }: HookEvent): unknown {
	if (!isRecord(payload) || !Object.hasOwn(payload, "sig")) return payload;
	const { sig: _, ...rest } = payload;
	return rest;
}
