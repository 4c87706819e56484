import { ERRORS, type ErrorCode } from "../../errors.ts";
import { formatDuration } from "../../finding/units.ts";
import { CONTROL_HEADERS } from "../../http/control.ts";
import type { Response } from "./transmit.ts";

/** The outcome of a webhook, as the router reports it on its control socket. */
export interface SentOutcome {
	/** In the log's words. */
	readonly outcome: string;
	/** The address of the client that was played. */
	readonly client: string;
	readonly route: string | undefined;
	/** Why the handler does not run now: `paused`, or the milliseconds of a delay. */
	readonly wait?: string | undefined;
	/** The event's id. */
	readonly event: string | undefined;
	readonly reason: string | undefined;
	readonly error: ErrorCode | undefined;
}

/** Reads the outcome of a webhook from the answer. Undefined if the answer does not contain it. */
export function readOutcome({
	headers,
}: Pick<Response, "headers">): SentOutcome | undefined {
	const outcome = headers[CONTROL_HEADERS.outcome];
	if (outcome === undefined) return undefined;
	const error = headers[CONTROL_HEADERS.error];
	return {
		outcome,
		client: headers[CONTROL_HEADERS.client] ?? "unknown",
		route: decode(headers[CONTROL_HEADERS.route]),
		wait: headers[CONTROL_HEADERS.wait],
		event: headers[CONTROL_HEADERS.event],
		reason: decode(headers[CONTROL_HEADERS.reason]),
		error:
			error !== undefined && error in ERRORS ? (error as ErrorCode) : undefined,
	};
}

/** Returns true if the webhook was accepted: by its handler, or by the inbox. */
export function isAsIntended({ outcome }: SentOutcome): boolean {
	return AS_INTENDED.has(outcome);
}

/** Describes the outcome of a webhook for people, with advice. */
export function describeOutcome(sent: SentOutcome): string[] {
	const { outcome, client, reason, error } = sent;
	const says = SAYS[outcome]?.(sent);
	const isFine = isAsIntended(sent);
	return [
		`from ${client}`,
		says === undefined ? outcome : `${outcome}: ${says}`,
		...(reason === undefined ? [] : [`reason: ${clean(reason)}`]),
		...(isFine || error === undefined || sent.outcome === "fallback"
			? []
			: [`help: ${ERRORS[error].help}`]),
	];
}

// --- helpers ---

const AS_INTENDED: ReadonlySet<string> = new Set([
	"handled",
	"reported",
	"received",
	"probe",
]);

const SAYS: Readonly<Record<string, (sent: SentOutcome) => string>> = {
	handled: ({ route }) => `the route \`${route}\` answered it`,
	reported: ({ route }) =>
		`the route \`${route}\` answered it, although a gate found a fault`,
	fallback: ({ route }) =>
		`the handler of the route \`${route}\` failed, and its fallback answered`,
	received: ({ route, event, wait }) =>
		`the route \`${route}\` stored it in the inbox, and its handler ${tellWait(wait)}. See \`switchhook inbox show ${event}\`.`,
	quarantined: ({ route, event }) =>
		`the route \`${route}\` put it in quarantine. No handler runs until \`switchhook inbox release ${event}\`.`,
	duplicate: () => "it was accepted before, so it is not handled again",
	probe: () =>
		"the platform checks with such a request that the URL answers. No handler runs.",
	denied: () => "the firewall does not admit this address",
	refused: () => "it cannot be read",
	unsigned: () => "its signature is missing or wrong",
	invalid: () => "the path does not take such a webhook",
	unknown: () => "no route takes it",
	failed: ({ route }) =>
		route === undefined
			? "the router could not handle it"
			: `the handler of the route \`${route}\` failed, and it has no fallback`,
};

function tellWait(wait: string | undefined): string {
	if (wait === undefined) return "runs now";
	return wait === "paused"
		? "waits until the route is resumed"
		: `runs in ${formatDuration(Number(wait))}`;
}

function decode(text: string | undefined): string | undefined {
	return text === undefined ? undefined : decodeURIComponent(text);
}

/** A reason may contain a service's answer, which must not control the terminal. */
function clean(text: string): string {
	return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}
