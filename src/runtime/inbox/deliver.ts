import { isRecord } from "../../event/is-record.ts";
import { readTraceContext, traceIdOf } from "../../event/trace-context.ts";
import type { HookEvent } from "../../event/webhook.ts";
import { parseWebhook } from "../../gate/body.ts";
import { recall } from "../../gate/signature.ts";
import { Countdown } from "../../handler/countdown.ts";
import { childrenOf } from "../../inbox/port/child.ts";
import { readEnvelope } from "../../inbox/port/envelope.ts";
import type { Lease, Verdict } from "../../inbox/port/queue.ts";
import { nextDelayMs } from "../../inbox/port/retry.ts";
import { NO_PAUSES, type PauseView } from "../../inbox/worker/pauses.ts";
import {
	RETURNED,
	type Result,
	type RouteWork,
} from "../../inbox/worker/work.ts";
import { createMarkValues } from "../../observe/private-values.ts";
import type { Tracing } from "../../observe/tracing/tracing.ts";
import type { Trace } from "../../plugin/loader/trace.ts";
import { isGiveUp, isRetryLater, type RetryLater } from "../../plugin/steer.ts";
import { toChildren } from "../compile/fan-out.ts";
import { Occupancy } from "../occupancy.ts";
import { codeOfReason, dead } from "../own/cause.ts";
import type { OwnEvents } from "../own/own-events.ts";
import { reasonsFor } from "../request/reason.ts";
import { endAttempt, startAttempt } from "../request/spans.ts";
import type { ServedRoute } from "../served-route.ts";
import { FreshLease } from "./fresh.ts";

/** The clock, the source of randomness and the format of stacks for a delivery. */
export interface DeliverOptions {
	/** Milliseconds since the epoch, default Date.now. */
	readonly now?: () => number;
	/** From 0 up to, but not including, 1, default Math.random. */
	readonly random?: () => number;
	/** Formats the stack of an error that a handler threw. Default: none. */
	readonly trace?: Trace;
	/** Counts the deliveries that run. Default: one of its own. */
	readonly occupancy?: Occupancy;
	/** Creates the spans of attempts. Default: none. */
	readonly tracing?: Tracing | undefined;
	/** Says how long the route was paused. Default: never. */
	readonly pauses?: Pick<PauseView, "pausedMs">;
	/** Raises the alert of a dead delivery. Default: none are raised. */
	readonly own?: Pick<OwnEvents, "alertOf" | "takes">;
}

/** Creates the work of a route, with which the worker handles its deliveries. */
export function createDelivery(
	route: ServedRoute,
	{
		now = Date.now,
		random = Math.random,
		trace = noTrace,
		occupancy = new Occupancy(),
		tracing,
		pauses = NO_PAUSES,
		own,
	}: DeliverOptions = {},
): RouteWork {
	return {
		concurrency: route.concurrency,
		tolls: route.tolls,
		delayMs: route.delayMs,
		caution: () => route.handler.caution?.(),
		alertsOf(lease, reason) {
			if (!own?.takes("router.dead") || isOwn(lease, route)) return undefined;
			const otherwise = route.handler.failureCode ?? "HANDLER_FAILED";
			const code = codeOfReason(reason, otherwise);
			const alert = own.alertOf(dead(route.name, { id: lease.id, code }));
			return alert && [alert];
		},
		async deliver(lease, halt) {
			const restMs = route.handler.caution?.()?.restMs ?? 0;
			if (restMs > 0) return { ...RETURNED, restMs: shorten(restMs) };
			let event: HookEvent;
			try {
				event =
					(lease instanceof FreshLease ? lease.eventFor(route) : undefined) ??
					eventOf(lease, route);
			} catch (error) {
				// A retry cannot parse it either. `replay` can, after the kind of the route was fixed.
				const reason = reasonsFor(undefined)(error);
				const verdict: Verdict = {
					as: "dead",
					reason,
					...traced(trace, error),
				};
				return { ...NOTHING, verdict };
			}
			const { targets } = route;
			if (targets !== undefined) {
				const waitedMs = now() - lease.receivedAt;
				const children = toChildren(lease.id, event, targets, waitedMs);
				const events = childrenOf({ ...lease, children });
				return { ...NOTHING, verdict: DELIVERED, events };
			}
			const stage = tracing && startAttempt(tracing, event);
			if (stage !== undefined) event = { ...event, trace: stage.trace };
			const traceId = traceIdOf(event.trace);
			const countdown = new Countdown(route.timeoutMs, halt);
			occupancy.enter();
			try {
				const work =
					stage === undefined
						? route.handler.handle(event, countdown)
						: stage.run(() => route.handler.handle(event, countdown));
				if (work instanceof Promise) await countdown.race(work);
				const { writes, events } = countdown.written ?? NOTHING;
				if (stage !== undefined) endAttempt(stage, DELIVERED);
				return withTrace({ verdict: DELIVERED, writes, events }, traceId);
			} catch (error) {
				const failing = { now: now(), random, trace, pauses };
				const result = toResult(error, event.payload, lease, route, failing);
				if (stage !== undefined) endAttempt(stage, result.verdict, error);
				return withTrace(result, traceId);
			} finally {
				countdown.end();
				occupancy.leave();
			}
		},
	};
}

/**
 * Restores the event of a delivery for the route as it is now. Throws the errors of parsing if the kind of the route has
 * changed or the stored webhook is damaged.
 */
export function eventOf(
	lease: Pick<Lease, "id" | "receivedAt" | "attempt" | "envelope" | "body">,
	{ name, kind, level, keepHeaders }: ServedRoute,
): HookEvent {
	const envelope = readEnvelope(lease.envelope);
	const { method, query, headers, params, claims, text } = envelope;
	const { handedOn, isOwn, trace = readTraceContext(headers) } = envelope;
	const { body } = lease;
	const webhook = recall({ method, query, headers, raw: body }, claims);
	const { payload, encoding } = parseWebhook(webhook, ENCODINGS, text);
	const event: HookEvent = {
		id: lease.id,
		kind: kind.name,
		level,
		route: name,
		payload: isRecord(payload) ? kind.decode(payload, encoding) : payload,
		receivedAt: lease.receivedAt,
		attempt: lease.attempt,
		claims,
		// Restores the body as a Buffer, as it was on arrival.
		raw: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
		params,
		// An older router, or an export from another one, may have kept more headers.
		headers: keepHeaders(headers),
		method,
		query,
		handedOn,
		trace,
	};
	return isOwn ? { ...event, isOwn } : event;
}

/** Returns the verdict of an attempt that failed with an error, by the retry policy of the route. */
export function toFailure(
	error: unknown,
	lease: Lease,
	route: ServedRoute,
	failing: Omit<Failing, "trace">,
): Verdict {
	return toResult(error, undefined, lease, route, {
		...failing,
		trace: noTrace,
	}).verdict;
}

// --- helpers ---

/** All encodings are allowed, because the webhook was accepted on arrival, whatever the kinds say now. */
const ENCODINGS = ["query", "form", "json"] as const;

/**
 * The longest pause of a route whose handler asks for caution, in milliseconds. Nothing ends a pause early, even if the
 * upstream has recovered.
 */
const CAUTIOUS_REST_MS = 1000;

const shorten = (restMs: number): number => Math.min(restMs, CAUTIOUS_REST_MS);

/** Returns true for an own event, and for one that comes from an own event: a failing alert must not cause another one. */
function isOwn({ envelope }: Lease, { kind }: ServedRoute): boolean {
	if (kind.isOwn === true) return true;
	try {
		return readEnvelope(envelope).isOwn === true;
	} catch {
		return false;
	}
}

function toReturned({ afterMs, restMs }: RetryLater): Result {
	// Without a pause of its own, the whole route waits as long as the event.
	if (restMs === undefined) return { ...RETURNED, restMs: afterMs };
	const verdict = { as: "returned", ...(afterMs && { afterMs }) } as const;
	return { ...RETURNED, verdict, restMs: shorten(restMs) };
}

function withTrace(result: Result, traceId: string | undefined): Result {
	return traceId === undefined ? result : { ...result, traceId };
}

const DELIVERED = Object.freeze({ as: "delivered" } as const);
const NOTHING = { writes: [], events: [] };

function toResult(
	error: unknown,
	payload: unknown,
	{ attempt, receivedAt, orderKey }: Lease,
	{ name, retry, mode, stepAside = Infinity }: ServedRoute,
	{ now, random, trace, pauses }: Failing,
): Result {
	const reason = reasonsFor(payload)(error);
	if (isGiveUp(error)) return { ...NOTHING, verdict: { as: "dead", reason } };
	const later = isRetryLater(error) ? error : undefined;
	// A handler that asks for a retry did not fail, so it needs no stack.
	const told = later === undefined ? traced(trace, error, payload) : undefined;
	// A replayed reply has one attempt, because its caller is gone.
	if (mode === "reply")
		return { ...NOTHING, verdict: { as: "dead", reason, ...told } };
	if (later?.isUncounted) return toReturned(later);
	const after = later?.afterMs;
	const afterMs = nextDelayMs(retry, {
		attempt,
		receivedAt,
		now,
		pausedMs: pauses.pausedMs(name, receivedAt, now),
		after,
		random,
	});
	if (afterMs === undefined) {
		const verdict = {
			as: "dead",
			reason: `${reason} (after ${attempt} ${attempt === 1 ? "attempt" : "attempts"})`,
			...told,
		} as const;
		return { ...NOTHING, verdict };
	}
	const verdict = { as: "waiting", afterMs, reason, ...told } as const;
	const stepsAside = orderKey !== undefined && attempt >= stepAside;
	return {
		...NOTHING,
		verdict: stepsAside ? { ...verdict, stepsAside } : verdict,
	};
}

/** The circumstances of a failure that decide its outcome. */
interface Failing {
	readonly now: number;
	readonly random: () => number;
	readonly trace: Trace;
	readonly pauses: Pick<PauseView, "pausedMs">;
}

/** Returns the stack of an error, with values of the payload marked as in a reason. */
function traced(
	trace: Trace,
	error: unknown,
	payload?: unknown,
): { readonly stack: string } | undefined {
	const stack = trace(error);
	if (stack === undefined) return undefined;
	return { stack: createMarkValues(payload)(stack) };
}

function noTrace(): undefined {
	return undefined;
}
