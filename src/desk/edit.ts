import { describeError, HookError } from "../errors.ts";
import { createEventId } from "../event/id.ts";
import { isRecord } from "../event/is-record.ts";
import type { Payload } from "../event/webhook.ts";
import { hasQueryPayload } from "../gate/body.ts";
import { FORM, toForm } from "../gate/form.ts";
import { recall } from "../gate/signature.ts";
import type { DeliveryDetail } from "../inbox/port/delivery.ts";
import {
	type Envelope,
	packEnvelope,
	readEnvelope,
} from "../inbox/port/envelope.ts";
import type { NewDelivery } from "../inbox/port/queue.ts";
import { describeProblems, type Kind } from "../kind/kind.ts";
import { type FieldSetting, setFields } from "../kind/set-fields.ts";
import { toDelivery } from "../runtime/inbox/record.ts";
import type { Ground } from "../runtime/inbox/release.ts";
import { branchOf } from "../runtime/request/gates.ts";
import { resolve } from "../runtime/request/resolve.ts";
import { toSubject } from "./content.ts";

/** A change of a payload: fields to set, or a whole new payload. */
export type Edit =
	| { readonly set: readonly FieldSetting[] }
	| { readonly payload: Payload };

/** A new event that was made from a delivery, or the reason why none can be made. */
export type Edited =
	| {
			readonly as: "edited";
			/** The route that it was stored for. */
			readonly from: string;
			readonly delivery: NewDelivery;
			readonly payload: Payload;
	  }
	| { readonly as: "kept"; readonly why: string };

/**
 * Makes a new event from a stored delivery with another payload. It passes the gates after the signature: its kind is recognised, its route
 * resolved and its schema checked, by the current configuration. The delivery itself stays as it is. The new event has no dedupe
 * key where it would have the key of the delivery, which is taken.
 */
export function editDelivery(
	ground: Ground,
	detail: DeliveryDetail,
	edit: Edit,
	now: number,
): Edited {
	const { body } = detail;
	if (body === undefined) return kept("its body was removed");
	try {
		const envelope = readEnvelope(detail.envelope);
		const route = ground.routes.find(({ name }) => name === detail.route);
		const subject = toSubject(detail, () => route?.kind);
		if (subject === undefined || !isRecord(subject.payload))
			return kept("its payload cannot be read");
		const payload = change(subject.payload, edit, route?.kind);
		const isOfPlugin = envelope.handedOn > 0 || envelope.path === "";
		const made = isOfPlugin
			? toOwnRoute(ground, detail, envelope, payload, now)
			: toResolvedRoute(ground, body, envelope, payload, now);
		const delivery = {
			...made,
			dedupeKey:
				made.dedupeKey === detail.dedupeKey ? undefined : made.dedupeKey,
			envelope: packEnvelope({
				...readEnvelope(made.envelope),
				editedFrom: detail.id,
			}),
		};
		return { as: "edited", from: detail.route, delivery, payload };
	} catch (error) {
		if (error instanceof HookError) return kept(describeError(error));
		throw error;
	}
}

// --- helpers ---

function kept(why: string): Edited {
	return { as: "kept", why };
}

function change(before: Payload, edit: Edit, kind: Kind | undefined): Payload {
	if ("payload" in edit) return edit.payload;
	return setFields({ ...before }, edit.set, kind);
}

/** Sends the new payload through the gates in the encoding of the old one. */
function toResolvedRoute(
	{ table }: Ground,
	body: Uint8Array,
	{ method, path, query, headers, claims, client }: Envelope,
	payload: Payload,
	now: number,
): NewDelivery {
	const isQuery = hasQueryPayload({ method, query, raw: body });
	const isForm = String(headers["content-type"] ?? "").startsWith(FORM);
	const text = isForm ? toForm(payload) : JSON.stringify(payload);
	const type = isForm ? FORM : "application/json";
	const { "content-encoding": _, ...others } = headers;
	const webhook = recall(
		{
			method,
			query: isQuery ? toForm(payload) : query,
			headers: isQuery ? headers : { ...others, "content-type": type },
			raw: isQuery ? body : Buffer.from(text),
		},
		claims,
	);
	const { stack, params } = table.find(path);
	const branch = branchOf(stack, method);
	const resolved = resolve(branch, webhook, { params, receivedAt: now });
	if (resolved.invalid !== undefined && resolved.route.onInvalid !== "report")
		throw resolved.invalid;
	return toDelivery(resolved, { path, client, text: undefined }, "received");
}

/** An event of a plugin has no path, so it stays with its route. */
function toOwnRoute(
	{ routes }: Ground,
	detail: DeliveryDetail,
	envelope: Envelope,
	given: Payload,
	now: number,
): NewDelivery {
	const route = routes.find(({ name }) => name === detail.route);
	if (route === undefined)
		throw new HookError(
			"PAYLOAD_UNROUTED",
			`no route is named ${detail.route} any more`,
		);
	const payload = route.kind.decode(given, "json");
	const problems = route.kind.validate(payload);
	if (problems !== undefined && route.onInvalid !== "report")
		throw new HookError("PAYLOAD_INVALID", describeProblems(problems));
	const { params, claims, query, handedOn, client } = envelope;
	const event = {
		id: createEventId(now),
		kind: route.kind.name,
		level: route.level,
		route: route.name,
		payload,
		receivedAt: now,
		attempt: 1,
		claims,
		raw: Buffer.from(JSON.stringify(payload)),
		params,
		headers: { "content-type": "application/json" },
		method: "POST",
		query,
		handedOn,
	};
	const trace = { path: envelope.path, client, text: undefined };
	return toDelivery({ route, event }, trace, "received");
}
