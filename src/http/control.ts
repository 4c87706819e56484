import { ERRORS, type ErrorCode, HookError } from "../errors.ts";
import type { Reply } from "../event/webhook.ts";
import type { Client } from "../gate/client-address.ts";
import { revealPrivate } from "../observe/private-text.ts";
import { type Answer, outcomeOf, reasonOf } from "../runtime/answer.ts";
import { playedClient } from "../runtime/played-client.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** The headers of the control socket. On every other listener they mean nothing. */
export const CONTROL_HEADERS = {
	/** In a request the address to play; in an answer the one that was played, or `unknown`. */
	client: "switchhook-client",
	/** Tells what became of the webhook, in the log's words. */
	outcome: "switchhook-outcome",
	/** Why it did not go smoothly, percent-encoded. */
	reason: "switchhook-reason",
	/** The code of the refusal. */
	error: "switchhook-error",
	route: "switchhook-route",
	/** The event's id, by which the inbox knows it. */
	event: "switchhook-event",
} as const;

/** Finds the client of a request on the control socket, and takes the header that names it out. */
export function takeClient(
	headers: Record<string, string | string[] | undefined>,
	path: string,
	runtime: Pick<Runtime, "table">,
): Client {
	const named = headers[CONTROL_HEADERS.client];
	delete headers[CONTROL_HEADERS.client];
	return playedClient(named?.toString(), path, runtime);
}

/** The reply with what became of the webhook in its headers; a refusal without a body says why in one of JSON. */
export function tellOutcome(answer: Answer, client: Client): Reply {
	const { reply, error, route, event } = answer;
	// The operator sent it, and may read what it said.
	const why = reasonOf(answer);
	const reason = why && revealPrivate(why);
	const told: Record<string, string | undefined> = {
		[CONTROL_HEADERS.client]: client.address?.text ?? "unknown",
		[CONTROL_HEADERS.outcome]: outcomeOf(answer),
		[CONTROL_HEADERS.route]: route && encodeURIComponent(route.name),
		[CONTROL_HEADERS.event]: event?.id,
		[CONTROL_HEADERS.error]: error === undefined ? undefined : codeOf(error),
		[CONTROL_HEADERS.reason]: reason && encodeReason(reason),
	};
	const headers = { ...reply.headers, ...withoutGaps(told) };
	if (error === undefined || reply.status < 400 || reply.body !== undefined) {
		return { ...reply, headers };
	}
	const code = codeOf(error);
	const body = JSON.stringify({
		error: code,
		reason: error instanceof Error ? error.message : String(error),
		help: ERRORS[code].help,
	});
	return {
		...reply,
		headers: {
			...headers,
			"content-type": "application/json",
			"content-length": String(Buffer.byteLength(body)),
		},
		body,
	};
}

// --- helpers ---

/** An answer's head has to stay below the 16 KiB that Node's client takes. */
const REASON_LENGTH_MAX = 1000;

function encodeReason(reason: string): string {
	// Through bytes, which have no half of a surrogate pair: one could not be encoded.
	const cut = Buffer.from(reason.slice(0, REASON_LENGTH_MAX)).toString();
	return encodeURIComponent(cut);
}

function codeOf(error: unknown): ErrorCode {
	return error instanceof HookError ? error.code : "INTERNAL";
}

function withoutGaps(
	headers: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).filter(
			(entry): entry is [string, string] => entry[1] !== undefined,
		),
	);
}
