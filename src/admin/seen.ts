import { HookError } from "../errors.ts";
import type { Visit } from "../http/app.ts";
import type { Alert } from "../inbox/port/alert.ts";
import { textOfAlert } from "../inbox/port/alert-event.ts";
import type { Pause } from "../inbox/port/pause.ts";
import type { SettledAttempt } from "../inbox/worker/work.ts";
import type {
	AlertSeen,
	DeliverySeen,
	PauseSeen,
	WebhookSeen,
} from "../observe/feed.ts";
import { maskPersonal, maskText } from "../observe/mask.ts";
import { outcomeOf, reasonOf } from "../runtime/request/answer.ts";
import { findNumbers } from "./seen-number.ts";

/** Describes an answered webhook for those who watch. Called only while somebody does. */
export function toWebhookSeen(
	{ method, path, client, answer, durationMs }: Visit,
	at: number,
): WebhookSeen {
	const { route, event, error, reply } = answer;
	const outcome = outcomeOf(answer);
	const reason = reasonOf(answer);
	const numbers =
		event &&
		route &&
		findNumbers(event.payload, route.kind.privacy, route.kind.number);
	return {
		type: REFUSALS.has(outcome) ? "refusal" : "webhook",
		at,
		outcome,
		method,
		path: maskText(path),
		client: client.address?.text ?? "unknown",
		status: reply.status,
		ms: round(durationMs),
		route: route?.name,
		kind: route?.kind.name,
		level: route?.level,
		number: numbers?.first && maskPersonal(numbers.first, "number"),
		plainNumbers: numbers?.all,
		id: event?.id,
		code: codeOf(error),
		reason: reason && maskText(reason),
	};
}

/** Describes an attempt for those who watch. */
export function toDeliverySeen(
	{ lease, result: { verdict }, durationMs }: SettledAttempt,
	at: number,
): DeliverySeen {
	return {
		type: "delivery",
		at,
		id: lease.id,
		route: lease.route,
		kind: lease.kind,
		outcome: verdict.as,
		attempt: lease.attempt,
		ms: round(durationMs),
		retryInMs: verdict.as === "waiting" ? verdict.afterMs : undefined,
		reason: "reason" in verdict ? maskText(verdict.reason) : undefined,
	};
}

/** Describes a pause for those who watch. */
export function toPauseSeen(
	{ route, since, until, why }: Pause,
	outcome: PauseSeen["outcome"],
	at: number,
): PauseSeen {
	const reason = why && maskText(why);
	return { type: "pause", at, route, outcome, since, until, reason };
}
/** Describes a cause of an own event of the router. */
export function toAlertSeen(
	{ kind, to, count, text }: Alert,
	at: number,
): AlertSeen {
	const said = textOfAlert(text, count);
	return { type: "alert", at, kind, route: to, count, text: said };
}

// --- helpers ---

/** The outcomes of webhooks that no handler got. */
const REFUSALS: ReadonlySet<string> = new Set([
	"denied",
	"refused",
	"unsigned",
	"invalid",
	"unknown",
]);

function codeOf(error: unknown): string | undefined {
	if (error === undefined) return undefined;
	return error instanceof HookError ? error.code : "INTERNAL";
}

function round(ms: number): number {
	return Math.round(ms * 1000) / 1000;
}
