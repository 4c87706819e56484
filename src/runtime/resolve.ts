import { randomUUID } from "node:crypto";
import { HookError } from "../errors.ts";
import {
	type HookEvent,
	isRecord,
	type Payload,
	type VerifiedWebhook,
} from "../event/webhook.ts";
import { parseWebhook } from "../gate/body.ts";
import type { Problem } from "../kind/kind.ts";
import type { Lane } from "../route/lane.ts";
import type { ServedRoute } from "./served-route.ts";

/** An event and the route that gets it. */
export interface Resolved {
	readonly route: ServedRoute;
	readonly event: HookEvent;
	/** PAYLOAD_INVALID when the event does not fit its schema. */
	readonly invalid: HookError | undefined;
}

/** What resolution needs of the request besides the webhook itself. */
export interface Arrival {
	readonly params: Readonly<Record<string, string>>;
	/** Milliseconds since the epoch. */
	readonly receivedAt: number;
}

/**
 * Parses a verified webhook, names its kind, brings the payload into the kind's one shape, picks the
 * route, and checks the payload. Throws BODY_TYPE, BODY_ENCODING, BODY_JSON, BODY_EMPTY,
 * PAYLOAD_UNRECOGNIZED, PAYLOAD_UNROUTED.
 */
export function resolve(
	lane: Lane<ServedRoute>,
	webhook: VerifiedWebhook,
	arrival: Arrival,
	text?: string,
): Resolved {
	const { payload: parsed, encoding } = parseWebhook(
		webhook,
		lane.encodings,
		text,
	);
	const kindLane = lane.identify(parsed);
	const { kind } = kindLane;
	const payload = isRecord(parsed) ? kind.decode(parsed, encoding) : parsed;
	const route = kindLane.select(isRecord(payload) ? payload : NO_FIELDS);
	if (route === undefined) {
		throw new HookError(
			"PAYLOAD_UNROUTED",
			`no route of ${kind.name} on this path has a match that fits`,
		);
	}
	const problems = kind.validate(payload);
	const event: HookEvent = {
		id: randomUUID(),
		kind: kind.name,
		level: route.level,
		route: route.name,
		payload,
		receivedAt: arrival.receivedAt,
		attempt: 1,
		claims: webhook.claims,
		raw: webhook.raw,
		params: arrival.params,
		headers: webhook.headers,
		method: webhook.method,
	};
	return {
		route,
		event,
		invalid:
			problems && new HookError("PAYLOAD_INVALID", describeProblems(problems)),
	};
}

// --- helpers ---

const NO_FIELDS: Payload = Object.freeze({});

/** Writes problems in one line, without values. */
function describeProblems(problems: readonly Problem[]): string {
	return problems
		.map(({ path, message }) => `${path || "the payload"} ${message}`)
		.join("; ");
}
