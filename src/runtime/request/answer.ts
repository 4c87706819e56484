import { HookError, statusOf } from "../../errors.ts";
import type { HookEvent, Mode, Reply } from "../../event/webhook.ts";
import type { WebhookOutcome } from "../../observe/metrics/route-meters.ts";
import type { ServedRoute } from "../served-route.ts";
import { reasonsFor } from "./reason.ts";

/** How a webhook ended, in the log's words. */
export type Outcome =
	/** The handler did its work. */
	| "handled"
	/** The handler failed, and the route's fallback was sent. */
	| "fallback"
	/** The event is on disk and will be handled. */
	| "received"
	/** The event is kept, and not handled until a person releases it. */
	| "quarantined"
	/** The webhook was accepted before. Its answer was sent once more. */
	| "duplicate"
	/** The platform checked whether the URL answers. */
	| "probe"
	/** A gate refused it. */
	| "denied"
	| "refused"
	| "unsigned"
	| "invalid"
	/** No route serves the path. */
	| "unknown"
	/** The handler failed, and there is no fallback. */
	| "failed";

/** The reply that is sent, and the facts for the log. */
export interface Answer {
	readonly reply: Reply;
	readonly outcome: Outcome;
	/** Undefined if there was no problem. */
	readonly error: unknown;
	/** The reason for which a gate would have refused, if its outcome is `report`. */
	readonly reports: readonly HookError[];
	/** Undefined if the request was refused before its route was known. */
	readonly route: ServedRoute | undefined;
	readonly event: HookEvent | undefined;
	/** The body as text, if its bytes are not plain UTF-8 and the event was handled. Absent for any other. */
	readonly text?: string | undefined;
}

/** The empty 200, created once for all answers. */
export const EMPTY_OK: Reply = emptyReply(200);

/** The answer to a probe. */
export const PROBED: Answer = {
	reply: EMPTY_OK,
	outcome: "probe",
	error: undefined,
	reports: [],
	route: undefined,
	event: undefined,
};

/** The facts that are known when an error ends a request. */
export interface KnownOfRefusal
	extends Partial<Pick<Answer, "route" | "event" | "reports">> {
	/** True if a sender waits for the answer. Default: as the route says, and `accept` if the route is not known. */
	readonly mode?: Mode;
}

/** Returns the answer to a refusal: its status, without a reason. */
export function refusal(error: unknown, known: KnownOfRefusal = {}): Answer {
	const { mode = known.route?.mode ?? "accept" } = known;
	const code = error instanceof HookError ? error.code : "INTERNAL";
	const status = statusOf(error, mode);
	const headers = error instanceof HookError ? error.headers : undefined;
	return {
		reply:
			headers === undefined
				? emptyReply(status)
				: {
						...emptyReply(status),
						headers: { ...headers, "content-length": "0" },
					},
		outcome: OUTCOMES[code] ?? "failed",
		error,
		reports: known.reports ?? [],
		route: known.route,
		event: known.event,
	};
}

/** Returns the outcome of a webhook in the log's words: `reported` if it was handled although a gate would have refused it. */
export function outcomeOf({ outcome, reports }: Answer): WebhookOutcome {
	return outcome === "handled" && reports.length > 0 ? "reported" : outcome;
}

/** Returns the reason of a problem, with private text marked. Undefined if there was none. */
export function reasonOf({
	error,
	reports,
	event,
}: Answer): string | undefined {
	if (error === undefined && reports.length === 0) return undefined;
	const reasonFor = reasonsFor(event?.payload);
	const reported = reports.map((report) => `reported ${reasonFor(report)}`);
	const failed = error === undefined ? [] : [reasonFor(error)];
	return [...failed, ...reported].join("; ");
}

// --- helpers ---

const OUTCOMES: Readonly<Record<string, Outcome>> = {
	FIREWALL_DENIED: "denied",
	HTTP_VERSION: "refused",
	HTTP_HOST: "refused",
	BODY_TOO_LARGE: "refused",
	BODY_TYPE: "refused",
	BODY_ENCODING: "refused",
	BODY_JSON: "refused",
	BODY_EMPTY: "refused",
	BODY_ABORTED: "refused",
	SIGNATURE_MISSING: "unsigned",
	SIGNATURE_INVALID: "unsigned",
	PAYLOAD_INVALID: "invalid",
	PAYLOAD_UNRECOGNIZED: "invalid",
	PAYLOAD_UNROUTED: "unknown",
	ROUTE_UNKNOWN: "unknown",
	ROUTE_SPELLING: "unknown",
	ROUTE_METHOD: "unknown",
};

function emptyReply(status: number): Reply {
	return Object.freeze({
		status,
		headers: Object.freeze({ "content-length": "0" }),
		body: undefined,
	});
}
