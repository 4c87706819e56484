import { toLine } from "../../desk/line.ts";
import { HookError } from "../../errors.ts";
import type { Level } from "../../event/webhook.ts";
import type { Visit } from "../../http/app.ts";
import { type ExportedDelivery, sizeOf } from "../../inbox/port/delivery.ts";
import { packAnswer } from "../../inbox/port/kept-answer.ts";
import type { NewDelivery } from "../../inbox/port/queue.ts";
import type { SettledAttempt } from "../../inbox/worker/work.ts";
import type { EventCopy } from "../../observe/event-copy.ts";
import { toDelivery } from "../../runtime/inbox/record.ts";
import { type Answer, outcomeOf } from "../../runtime/request/answer.ts";

/** An event that was put, before its copy is written. */
export type CopiedEvent = Pick<EventCopy, "id" | "route" | "kind">;

/** Returns the event of a webhook that the router handles. Undefined for a webhook that no handler gets. */
export function copiedEventOf({ answer }: Visit): CopiedEvent | undefined {
	const { route, event } = answer;
	if (route === undefined || event === undefined || !isHandled(answer))
		return undefined;
	return { id: event.id, route: route.name, kind: route.kind.name };
}

/** Writes the copy of a webhook. MUST only be called if `copiedEventOf` returned its event. */
export function copyOfVisit({
	path,
	client,
	answer,
	durationMs,
}: Visit): EventCopy {
	const { route, event, reply, text } = answer;
	if (route === undefined || event === undefined)
		throw new Error("a webhook without an event has no copy");
	const isReply = route.mode === "reply";
	const outcome = outcomeOf(answer);
	const delivery = toDelivery(
		{ route, event },
		{ path, client: client.address?.text, text },
		"received",
		isReply ? { answer: packAnswer(reply) } : {},
	);
	return toCopy(delivery, {
		outcome,
		level: event.level,
		ms: Math.round(durationMs * 1000) / 1000,
		state:
			outcome === "received"
				? "received"
				: outcome === "handled" || outcome === "reported"
					? "delivered"
					: "dead",
	});
}

/** Returns the events that a handler handed on. */
export function handedOnBy({ result }: SettledAttempt): readonly NewDelivery[] {
	return result.verdict.as === "delivered" ? result.events : [];
}

/**
 * Returns the own event of the router behind its first attempt. Until then it may still grow, so it is not copied when it is
 * made. Undefined for any other attempt.
 */
export function ownEventOf({ lease }: SettledAttempt): NewDelivery | undefined {
	if (lease.attempt > 1 || !lease.kind.startsWith("router.")) return undefined;
	return { ...lease, ...OWN };
}

/** Writes the copy of an event that no request brought. */
export function copyOfDelivery(delivery: NewDelivery): EventCopy {
	return toCopy(delivery, { outcome: "received", state: "received" });
}

/** Writes the copy of a stored event. */
export function copyOfStored(
	delivery: ExportedDelivery,
	level: Level | undefined,
): EventCopy {
	const { id, route, kind, receivedAt, answer, state } = delivery;
	const { history: _, actions: __, ...kept } = delivery;
	const ended = state === "dead" ? "failed" : "handled";
	const data = {
		outcome: answer === undefined ? "received" : ended,
		level,
		isLate: true,
	};
	const text = write(data, { ...kept, history: [] });
	return { id, route, kind, receivedAt, text };
}

// --- helpers ---

/** The facts about an event that are not stored with it. */
interface Facts {
	readonly outcome: string;
	readonly level?: Level | undefined;
	readonly ms?: number;
	readonly state: "received" | "delivered" | "dead";
}

/** Keys and pace matter to the inbox only. */
const OWN = {
	dedupeKey: undefined,
	state: "received",
	reason: undefined,
} as const;

/** The outcomes of webhooks whose event a handler gets. */
const HANDLED: ReadonlySet<string> = new Set([
	"received",
	"handled",
	"fallback",
	"failed",
]);

/** An event that does not fit its schema gets the fallback or a refusal, and no handler sees it. */
function isHandled({ outcome, error }: Answer): boolean {
	return (
		HANDLED.has(outcome) &&
		!(error instanceof HookError && error.code.startsWith("PAYLOAD_"))
	);
}

function toCopy(delivery: NewDelivery, { state, ...facts }: Facts): EventCopy {
	const { id, route, kind, receivedAt, envelope, body, answer } = delivery;
	const isTried = state !== "received";
	const line: ExportedDelivery = {
		id,
		route,
		kind,
		state,
		attempts: isTried ? 1 : 0,
		dedupeKey: delivery.dedupeKey,
		orderKey: delivery.orderKey,
		receivedAt,
		dueAt: undefined,
		updatedAt: receivedAt,
		reason: undefined,
		sizeBytes: sizeOf({ envelope, body, answer }),
		isBlocked: false,
		envelope,
		body,
		...(answer !== undefined && { answer }),
		history: [],
		doubts: [],
	};
	return { id, route, kind, receivedAt, text: write(facts, line) };
}

/** Joins the texts, because the delivery is JSON already. */
function write(facts: object, delivery: ExportedDelivery): string {
	const head = JSON.stringify(facts);
	return `${head.slice(0, -1)},"delivery":${toLine(delivery)}}`;
}
