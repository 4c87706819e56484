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

/** A stored delivery, looked at by the configuration as it is now. */
export interface Looked {
	/** Undefined where what was stored is damaged. */
	readonly envelope: Envelope | undefined;
	/** The payload that a handler gets; undefined where it cannot be made again. */
	readonly payload: unknown;
	/** The explanation of `explain`; undefined where it has none. */
	readonly explained:
		| { readonly sample: Sample; readonly explanation: Explanation }
		| undefined;
	/** The ruling of a release; undefined for a delivery that is not quarantined. */
	readonly ruling: Ruling | undefined;
	/** True where no route of its name is served: nothing handles it until there is one. False also where nobody can tell. */
	readonly isRouteGone: boolean;
	/** The reason why some of this is missing. */
	readonly note: string | undefined;
}

/** Loads the configuration; undefined where there is none, or one with errors. */
export async function loadIfUsable(
	io: Io,
	options: ConfigOptions,
): Promise<Usable | undefined> {
	if (!(await exists(resolve(io.cwd, options.config)))) return undefined;
	try {
		// Its errors are for `check`: the inbox can be looked at without it.
		return await loadUsable({ ...io, stderr: { write: () => {} } }, options);
	} catch (error) {
		if (error instanceof CannotRun) return undefined;
		throw error;
	}
}

/** Looks at a stored delivery: nothing is changed and no handler runs. */
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
		// The route has another kind since, or the content is damaged: `explain` says so.
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

/** Finds the doubt of the signature, as it was when the webhook came. */
function unprovedBy(doubts: readonly Doubt[]): HookError | undefined {
	const doubt = doubts.find(
		({ code }) => code === "SIGNATURE_MISSING" || code === "SIGNATURE_INVALID",
	);
	return doubt && new HookError(doubt.code, doubt.detail);
}
