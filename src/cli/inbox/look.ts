import { resolve } from "node:path";
import { HookError } from "../../errors.ts";
import type { DeliveryDetail } from "../../inbox/port/delivery.ts";
import type { Doubt } from "../../inbox/port/doubt.ts";
import { type Envelope, readEnvelope } from "../../inbox/port/envelope.ts";
import {
	type Explanation,
	explain,
	type Sample,
} from "../../runtime/explain/explain.ts";
import { eventOf } from "../../runtime/inbox/deliver.ts";
import { type Ruling, ruleOn } from "../../runtime/inbox/release.ts";
import type { ServedRoute } from "../../runtime/served-route.ts";
import type { ConfigOptions } from "../command.ts";
import { CannotRun, type Io } from "../io.ts";
import { exists, loadUsable, type Usable } from "../load.ts";

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

/** Loads the configuration. Undefined if it does not exist or has errors. */
export async function loadIfUsable(
	io: Io,
	options: ConfigOptions,
): Promise<Usable | undefined> {
	if (!(await exists(resolve(io.cwd, options.config)))) return undefined;
	try {
		// Its errors are left to `check`, because the inbox can be read without it.
		return await loadUsable({ ...io, stderr: { write: () => {} } }, options);
	} catch (error) {
		if (error instanceof CannotRun) return undefined;
		throw error;
	}
}

/** Evaluates a stored delivery, without changing anything or running a handler. */
export function lookAt(
	detail: DeliveryDetail,
	usable: Usable | undefined,
): Looked {
	let envelope: Envelope;
	try {
		envelope = readEnvelope(detail.envelope);
	} catch (error) {
		const { message } = error as Error;
		return { ...NOTHING, envelope: undefined, note: message };
	}
	const { body } = detail;
	if (usable === undefined) {
		return {
			...NOTHING,
			envelope,
			note: "the configuration is missing or has errors",
		};
	}
	const ruling =
		detail.state === "quarantined" ? ruleOn(usable.runtime, detail) : undefined;
	const isRouteGone = findRoute(detail, usable) === undefined;
	if (body === undefined) {
		const note = "its body was removed";
		return { ...NOTHING, envelope, ruling, isRouteGone, note };
	}
	const known = { ...detail, body };
	const payload = payloadOf(known, usable);
	if (envelope.handedOn > 0) {
		const note = "a plugin handed it on, so no gate applies";
		return { ...NOTHING, envelope, payload, ruling, isRouteGone, note };
	}
	const sample = toSample(known, envelope);
	const explanation = explain(usable.runtime, sample);
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
	{ runtime }: Usable,
): ServedRoute | undefined {
	return runtime.routes.find(({ name }) => name === route);
}

function payloadOf(detail: Known, usable: Usable): unknown {
	const route = findRoute(detail, usable);
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
