import { resolve } from "node:path";
import { HookError } from "../errors.ts";
import type { DeliveryDetail } from "../inbox/delivery.ts";
import { type Envelope, readEnvelope } from "../inbox/envelope.ts";
import { eventOf } from "../runtime/deliver.ts";
import { type Explanation, explain, type Sample } from "../runtime/explain.ts";
import { type Ruling, ruleOn } from "../runtime/release.ts";
import { CannotRun, type Io } from "./io.ts";
import { exists, loadUsable, type Usable } from "./load.ts";

/** A stored delivery, looked at by the configuration as it is now. */
export interface Looked {
	/** Undefined where what was stored is damaged. */
	readonly envelope: Envelope | undefined;
	/** What a handler gets; undefined where it cannot be made again. */
	readonly payload: unknown;
	/** What `explain` says; undefined where it cannot. */
	readonly explained:
		| { readonly sample: Sample; readonly explanation: Explanation }
		| undefined;
	/** What a release would do; undefined for what is not quarantined. */
	readonly ruling: Ruling | undefined;
	/** Why something of this is missing. */
	readonly note: string | undefined;
}

/** Loads the configuration; undefined where there is none, or one with errors. */
export async function loadIfUsable(
	io: Io,
	config: string,
): Promise<Usable | undefined> {
	if (!(await exists(resolve(io.cwd, config)))) return undefined;
	try {
		// Its errors are for `check`: the inbox can be looked at without it.
		return await loadUsable({ ...io, stderr: { write: () => {} } }, config);
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
			note: "there is no configuration without errors to explain it by",
		};
	}
	const ruling =
		detail.state === "quarantined" ? ruleOn(usable.runtime, detail) : undefined;
	if (body === undefined) {
		return { ...NOTHING, envelope, ruling, note: "its body was let go" };
	}
	const known = { ...detail, body };
	const payload = payloadOf(known, usable);
	if (envelope.handedOn > 0) {
		const note = "a plugin handed it on, so it passed no gate";
		return { ...NOTHING, envelope, payload, ruling, note };
	}
	const sample = toSample(known, envelope);
	const explanation = explain(usable.runtime, sample);
	return {
		envelope,
		payload: payload ?? explanation.payload,
		explained: { sample, explanation },
		ruling,
		note: undefined,
	};
}

// --- helpers ---

const NOTHING = {
	payload: undefined,
	explained: undefined,
	ruling: undefined,
} as const;

type Known = DeliveryDetail & { readonly body: Uint8Array };

function payloadOf(detail: Known, { runtime }: Usable): unknown {
	const route = runtime.routes.find(({ name }) => name === detail.route);
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
	{ body, receivedAt, reason, state }: Known,
	{ method, path, query, headers, client, claims, text }: Envelope,
): Sample {
	const doubt = state === "quarantined" ? reason : undefined;
	const [, unproved] = /\bSIGNATURE_[A-Z]+: ([^;]*)/.exec(doubt ?? "") ?? [];
	return {
		method,
		path,
		query,
		headers,
		raw: body,
		peer: client ?? "unknown",
		receivedAt,
		kept: { client, claims, text, unproved },
	};
}
