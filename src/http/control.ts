import { ERRORS, type ErrorCode, HookError } from "../errors.ts";
import type { Reply } from "../event/webhook.ts";
import type { Client } from "../gate/client-address.ts";
import { revealPrivate } from "../observe/private-text.ts";
import { type Answer, outcomeOf, reasonOf } from "../runtime/request/answer.ts";
import { playedClient } from "../runtime/request/played-client.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** The headers of the control socket. Other listeners ignore them. */
export const CONTROL_HEADERS = {
	/** In a request, the address to play. In an answer, the address that was played, or `unknown`. */
	client: "switchhook-client",
	/** The outcome of the webhook, in the log's words. */
	outcome: "switchhook-outcome",
	/** The reason of a problem, percent-encoded. */
	reason: "switchhook-reason",
	/** The code of the refusal. */
	error: "switchhook-error",
	route: "switchhook-route",
	/** Why the handler of a stored event does not run now: `paused`, or the milliseconds of a delay. */
	wait: "switchhook-wait",
	/** The event's id, as in the inbox. */
	event: "switchhook-event",
} as const;

/** Determines the client of a request on the control socket, and removes the header that contains it. */
export function takeClient(
	headers: Record<string, string | string[] | undefined>,
	path: string,
	runtime: Pick<Runtime, "table">,
): Client {
	const named = headers[CONTROL_HEADERS.client];
	delete headers[CONTROL_HEADERS.client];
	return playedClient(named?.toString(), path, runtime);
}

/** Returns the reply with the outcome of the webhook in its headers. A refusal without a body gets a JSON body with the reason. */
export function tellOutcome(
	answer: Answer,
	client: Client,
	runtime: Pick<Runtime, "pauses">,
): Reply {
	const { reply, error, route, event } = answer;
	// The operator sent the request and may read its content.
	const why = reasonOf(answer);
	const reason = why && revealPrivate(why);
	const told: Record<string, string | undefined> = {
		[CONTROL_HEADERS.client]: client.address?.text ?? "unknown",
		[CONTROL_HEADERS.outcome]: outcomeOf(answer),
		[CONTROL_HEADERS.route]: route && encodeURIComponent(route.name),
		[CONTROL_HEADERS.wait]: waitOf(answer, runtime),
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

/** The head of an answer must stay below the 16 KiB that Node's client accepts. */
const REASON_LENGTH_MAX = 1000;

function waitOf(
	answer: Answer,
	{ pauses }: Pick<Runtime, "pauses">,
): string | undefined {
	const { route } = answer;
	if (route === undefined || outcomeOf(answer) !== "received") return undefined;
	if (pauses.restMs(route.name) > 0) return "paused";
	return route.delayMs === undefined ? undefined : String(route.delayMs);
}

function encodeReason(reason: string): string {
	// Converts through bytes, which contain no lone surrogates. Those cannot be encoded.
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
