import { type ErrorCode, HookError } from "../errors.ts";
import { createNccoPrivacy } from "../handler/ncco/privacy.ts";
import { packAnswer } from "../inbox/port/kept-answer.ts";
import { once } from "../memo.ts";
import type { Log } from "../observe/log.ts";
import { maskAny } from "../observe/mask-payload.ts";
import { type Privacy, UNKNOWN } from "../observe/privacy.ts";
import { createThrottle, type Throttle } from "../observe/throttle.ts";
import { logWebhook, type WebhookLine } from "../observe/webhook-line.ts";
import { outcomeOf, reasonOf } from "../runtime/answer.ts";
import { toShownAnswer } from "../runtime/inbox/shown-answer.ts";
import type { Visit } from "./app.ts";

/**
 * Makes the one log line of every request. Where anybody can cause it (the firewall denied the client, or
 * the path is unknown), a client has one line a second, with the number of those that were not written.
 * A neighbour that forwards, and is not trusted to, is named once.
 */
export function createVisitLog(
	log: Log,
	throttle: Throttle = createThrottle(),
): (visit: Visit) => void {
	const strangers = new Set<string>();
	const ncco = once(createNccoPrivacy);
	const write = (visit: Visit, notShown: number): void =>
		logWebhook(log, toLine(visit, notShown, shownOf(log, visit, ncco)));
	return (visit) => {
		const { client, answer } = visit;
		if (client.stranger !== undefined) {
			const proxy = client.stranger.text;
			if (!strangers.has(proxy) && strangers.size < STRANGERS_MAX) {
				strangers.add(proxy);
				log.warn(
					{ proxy },
					`a proxy at ${proxy} forwards, and is not in \`server.trustedProxies\`: no client behind it is known. If it is an HTTP proxy of yours that names the client, write \`trustedProxies: [${proxy}]\``,
				);
			}
		}
		if (isAnybodys(answer.error)) {
			throttle.pass(
				`${answer.outcome} ${client.address?.text ?? "unknown"}`,
				(notShown) => write(visit, notShown),
			);
		} else write(visit, 0);
	};
}

// --- helpers ---

/** A network of neighbours may be large. */
const STRANGERS_MAX = 100;

/** Refusals for which nobody has to be in any network, nor to know a path. */
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

/** Returns payload and answer for a log that writes `debug`, or may show them. */
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

function toLine(
	{ method, path, client, answer, durationMs }: Visit,
	notShown: number,
	shown: WebhookLine["shown"],
): WebhookLine {
	const { route, event, error } = answer;
	return {
		route: route?.name,
		kind: route?.kind.name,
		level: route?.level,
		client: client.address?.text ?? "unknown",
		playedBy: client.isPlayed ? "operator" : undefined,
		method,
		outcome: outcomeOf(answer),
		// Without a route the path is all there is to go by.
		path: route === undefined ? cut(path) : undefined,
		reason: reasonOf(answer),
		status: answer.reply.status,
		ms: durationMs,
		id: event?.id,
		err: faultOf(error),
		payload: event?.payload,
		notShown: notShown === 0 ? undefined : notShown,
		shown,
	};
}

const PATH_LENGTH_MAX = 200;

/** A path may be as long as a head: the log must not grow faster than what is sent. */
function cut(path: string): string {
	return path.length > PATH_LENGTH_MAX
		? `${path.slice(0, PATH_LENGTH_MAX)}…`
		: path;
}

/** The error whose stack helps: a handler's own, or ours; a refusal by a gate has none worth reading. */
function faultOf(error: unknown): unknown {
	if (error instanceof HookError) return error.cause;
	return error;
}
