import { type ErrorCode, HookError } from "../errors.ts";
import { traceIdOf } from "../event/trace-context.ts";
import { nearest } from "../finding/suggest.ts";
import type { Client } from "../gate/client-address.ts";
import { createNccoPrivacy } from "../handler/ncco/privacy.ts";
import { packAnswer } from "../inbox/port/kept-answer.ts";
import { once } from "../memo.ts";
import type { Log } from "../observe/log.ts";
import { maskAny } from "../observe/mask-payload.ts";
import { type Privacy, UNKNOWN } from "../observe/privacy.ts";
import { createThrottle, type Throttle } from "../observe/throttle.ts";
import { createWebhookLog, type WebhookLine } from "../observe/webhook-line.ts";
import { toShownAnswer } from "../runtime/inbox/shown-answer.ts";
import { outcomeOf, reasonOf } from "../runtime/request/answer.ts";
import type { Visit } from "./app.ts";

/**
 * Creates the log line of every request. For refusals that anybody can cause (the firewall denied the client, or the path is
 * unknown), a client has one line a second, with the number of skipped lines. A private peer that forwards without being
 * trusted is reported once.
 *
 * @param paths the paths of the routes, for suggesting a similar one. Default: none
 */
export function createVisitLog(
	log: Log,
	throttle: Throttle = createThrottle(),
	paths: () => Iterable<string> = () => [],
): (visit: Visit) => void {
	const strangers = new Set<string>();
	const ncco = once(createNccoPrivacy);
	const writeLine = createWebhookLog(log);
	const write = (visit: Visit, notShown: number, hint?: string): void =>
		writeLine(
			toLine(visit, { notShown, hint, shown: shownOf(log, visit, ncco) }),
		);
	return (visit) => {
		const { client, answer } = visit;
		if (client.stranger !== undefined) {
			const proxy = client.stranger.text;
			if (!strangers.has(proxy) && strangers.size < STRANGERS_MAX) {
				strangers.add(proxy);
				log.warn(
					{ proxy },
					`the proxy at ${proxy} is not in \`server.trustedProxies\`, so its clients are unknown. If it is your own HTTP proxy and names the client, write \`trustedProxies: [${proxy}]\``,
				);
			}
		}
		if (isAnybodys(answer.error)) {
			throttle.pass(
				`${answer.outcome} ${client.address?.text ?? "unknown"}`,
				(notShown) => write(visit, notShown, hintOf(visit, paths)),
			);
		} else write(visit, 0);
	};
}

// --- helpers ---

/** The number of reported peers is limited, because a private network may be large. */
const STRANGERS_MAX = 100;

/** Refusals that require neither a known network nor a known path. */
const ANYBODYS: ReadonlySet<ErrorCode> = new Set([
	"FIREWALL_DENIED",
	"ROUTE_UNKNOWN",
	"ROUTE_SPELLING",
	"HTTP_VERSION",
	"HTTP_HOST",
]);

function isAnybodys(error: unknown): boolean {
	return error instanceof HookError && ANYBODYS.has(error.code);
}

/** Returns payload and answer for a log with the level `debug`, or one that may show them. */
function shownOf(
	log: Log,
	{ answer: { route, event, reply } }: Visit,
	ncco: () => Privacy,
): WebhookLine["shown"] {
	const isShown = log.payloads || log.isLevelEnabled("debug");
	if (event === undefined || !isShown) return undefined;
	const isMasked = !log.payloads;
	const { payload } = event;
	const kind = route?.kind;
	const answer =
		route?.mode === "reply"
			? toShownAnswer(packAnswer(reply), kind, { isMasked, ncco })
			: undefined;
	return {
		payload: isMasked ? maskAny(payload, kind?.privacy ?? UNKNOWN) : payload,
		answer,
	};
}

/** Writes all fields in one literal. A spread of that many fields costs a quarter of a whole request. */
function toLine(
	{ method, path, client, answer, durationMs, trace }: Visit,
	{
		notShown,
		hint,
		shown,
	}: { readonly notShown: number } & Pick<WebhookLine, "hint" | "shown">,
): WebhookLine {
	const { route, event, error } = answer;
	return {
		route,
		client: client.address?.text ?? "unknown",
		playedBy: client.isPlayed ? "operator" : undefined,
		method,
		outcome: outcomeOf(answer),
		path,
		reason: reasonOf(answer),
		hint,
		status: answer.reply.status,
		ms: durationMs,
		traceId: traceIdOf(trace),
		id: event?.id,
		err: faultOf(error),
		payload: event?.payload,
		shown,
		notShown: notShown === 0 ? undefined : notShown,
	};
}

/** Returns advice for this request. Only computed when a line is written, at most a few times a second for each client. */
function hintOf(
	{ path, client, answer: { error } }: Visit,
	paths: () => Iterable<string>,
): string | undefined {
	if (!(error instanceof HookError)) return undefined;
	if (error.code === "FIREWALL_DENIED" && isHere(client)) return HERE_ADVICE;
	return error.code === "ROUTE_UNKNOWN" ? nameNear(path, paths) : undefined;
}

/** Returns true for a request from this machine, such as with curl. */
function isHere({ address, isPlayed }: Client): boolean {
	const text = address?.text ?? "";
	return !isPlayed && (text === "::1" || text.startsWith("127."));
}

const HERE_ADVICE =
	"To call the route from this machine, use `switchhook send`. If a proxy on this machine forwards, name it in `server.trustedProxies`.";

/** Suggests a similar path. */
function nameNear(
	path: string,
	paths: () => Iterable<string>,
): string | undefined {
	if (path.length > HINT_LENGTH_MAX) return undefined;
	const candidates: string[] = [];
	let looked = 0;
	for (const candidate of paths()) {
		// A path with a very different length is not a typo, and the comparison costs length times length.
		if (Math.abs(candidate.length - path.length) <= path.length / 2)
			candidates.push(candidate);
		looked += 1;
		if (looked >= HINT_PATHS_MAX) break;
	}
	const near = nearest(path, candidates);
	return near === undefined ? undefined : `Did you mean ${near}?`;
}

const HINT_LENGTH_MAX = 100;
const HINT_PATHS_MAX = 1000;

/** Returns the error if its stack is useful: an error of a handler or of the router, but not the refusal of a gate. */
function faultOf(error: unknown): unknown {
	if (error instanceof HookError) return error.cause;
	return error;
}
