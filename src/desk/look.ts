import { HookError } from "../errors.ts";
import type { DeliveryDetail } from "../inbox/port/delivery.ts";
import type { Doubt } from "../inbox/port/doubt.ts";
import { type Envelope, readEnvelope } from "../inbox/port/envelope.ts";
import {
	type Explanation,
	explain,
	type Sample,
} from "../runtime/explain/explain.ts";
import { eventOf } from "../runtime/inbox/deliver.ts";
import { type Ruling, ruleOn } from "../runtime/inbox/release.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { ServedRoute } from "../runtime/served-route.ts";

/** A stored delivery, evaluated with the current configuration. */
export interface Looked {
	/** Undefined if the stored data is damaged. */
	readonly envelope: Envelope | undefined;
	/** The payload for a handler. Undefined if it cannot be restored. */
	readonly payload: unknown;
	/** The result of `explain`. Undefined if there is none. */
	readonly explained:
		| { readonly sample: Sample; readonly explanation: Explanation }
		| undefined;
	/** The ruling of a release. Undefined for a delivery that is not quarantined. */
	readonly ruling: Ruling | undefined;
	/** True if no route of its name is served, so that nothing handles it. False if the served routes are unknown. */
	readonly isRouteGone: boolean;
	/** The reason why a part is missing. */
	readonly note: string | undefined;
}

/** Evaluates a stored delivery, without changing anything or running a handler. */
export function lookAt(
	detail: DeliveryDetail,
	runtime: Runtime | undefined,
): Looked {
	let envelope: Envelope;
	try {
		envelope = readEnvelope(detail.envelope);
	} catch (error) {
		const { message } = error as Error;
		return { ...NOTHING, envelope: undefined, note: message };
	}
	const { body } = detail;
	if (runtime === undefined) {
		return {
			...NOTHING,
			envelope,
			note: "the configuration is missing or has errors",
		};
	}
	const ruling =
		detail.state === "quarantined" ? ruleOn(runtime, detail) : undefined;
	const isRouteGone = findRoute(detail, runtime) === undefined;
	if (body === undefined) {
		const note = "its body was removed";
		return { ...NOTHING, envelope, ruling, isRouteGone, note };
	}
	const known = { ...detail, body };
	const payload = payloadOf(known, runtime);
	if (envelope.handedOn > 0) {
		const note = "a plugin handed it on, so no gate applies";
		return { ...NOTHING, envelope, payload, ruling, isRouteGone, note };
	}
	const sample = toSample(known, envelope);
	const explanation = explain(runtime, sample);
	return {
		envelope,
		payload: payload ?? explanation.payload,
		explained: { sample, explanation },
		ruling,
		isRouteGone,
		note: undefined,
	};
}

// --- helpers ---

const NOTHING = {
	payload: undefined,
	explained: undefined,
	ruling: undefined,
	isRouteGone: false,
} as const;

type Known = DeliveryDetail & { readonly body: Uint8Array };

function findRoute(
	{ route }: DeliveryDetail,
	runtime: Runtime,
): ServedRoute | undefined {
	return runtime.routes.find(({ name }) => name === route);
}

function payloadOf(detail: Known, runtime: Runtime): unknown {
	const route = findRoute(detail, runtime);
	if (route === undefined) return undefined;
	try {
		return eventOf({ ...detail, attempt: detail.attempts }, route).payload;
	} catch (error) {
		// The route has another kind now, or the content is damaged: `explain` reports it.
		if (error instanceof HookError) return undefined;
		throw error;
	}
}

function toSample(
	{ body, receivedAt, doubts }: Known,
	{ method, path, query, headers, client, claims, text }: Envelope,
): Sample {
	return {
		method,
		path,
		query,
		headers,
		raw: body,
		peer: client ?? "unknown",
		receivedAt,
		kept: {
			client,
			claims,
			text,
			unproved: unprovedBy(doubts),
		},
	};
}

/** Finds the doubt about the signature at the time of arrival. */
function unprovedBy(doubts: readonly Doubt[]): HookError | undefined {
	const doubt = doubts.find(
		({ code }) => code === "SIGNATURE_MISSING" || code === "SIGNATURE_INVALID",
	);
	return doubt && new HookError(doubt.code, doubt.detail);
}
