import type { Request } from "../cli/request/encode.ts";
import { HookError } from "../errors.ts";
import { isRecord } from "../event/is-record.ts";
import type { HookEvent, Payload } from "../event/webhook.ts";
import type { Visit } from "../http/app.ts";
import type { DeliveryDetail } from "../inbox/port/delivery.ts";
import { revealPrivate } from "../observe/private-text.ts";
import type { Trace } from "../plugin/loader/trace.ts";
import { outcomeOf, reasonOf } from "../runtime/request/answer.ts";
import { readReplyBody } from "./receive.ts";
import type { LogLine, RunningRouter } from "./running.ts";
import type { OutgoingRequest } from "./world/outgoing.ts";

/** A webhook that was sent: the request, and how it was answered. */
export interface Sent {
	readonly request: Request;
	/** The client's address that was named; undefined for one that the firewall admits. */
	readonly from: string | undefined;
	/** In the log's words. */
	readonly outcome: string;
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
	/** The code of the error. Undefined if there was none. */
	readonly code: string | undefined;
	readonly reason: string | undefined;
	/** The stack of the handler's error. Undefined if there was none. */
	readonly stack: string | undefined;
	readonly route: string | undefined;
	readonly kind: string | undefined;
	/** The event's id. Undefined if there was no event. */
	readonly event: string | undefined;
}

/** Describes an answer. */
export async function toSent(
	request: Request,
	from: string | undefined,
	{ answer }: Visit,
	trace: Trace,
): Promise<Sent> {
	const { reply, route, event, error } = answer;
	const reason = reasonOf(answer);
	return {
		request,
		from,
		outcome: outcomeOf(answer),
		status: reply.status,
		headers: reply.headers,
		body: (await readReplyBody(reply)).toString(),
		code:
			error === undefined
				? undefined
				: error instanceof HookError
					? error.code
					: "INTERNAL",
		reason: reason && revealPrivate(reason),
		stack: error === undefined ? undefined : trace(error),
		route: route?.name,
		kind: route?.kind.name,
		event: event?.id,
	};
}

/** A request that the router made, its body parsed. */
export interface OutgoingView {
	/** Without its query. */
	readonly url: string;
	readonly query: Readonly<Record<string, string>>;
	readonly method: string;
	readonly headers: Readonly<Record<string, string>>;
	/** JSON and forms as values, anything else as text. */
	readonly body: unknown;
}

/** An event that a plugin handed on. */
export interface HandedOnView {
	readonly route: string;
	readonly kind: string;
	readonly payload: Payload;
}

/** The results of a step. */
export interface Observed {
	readonly sent: Sent | undefined;
	readonly delivery: DeliveryDetail | undefined;
	readonly forwarded: readonly OutgoingView[];
	readonly published: readonly OutgoingView[];
	readonly fetched: readonly OutgoingView[];
	readonly handedOn: readonly HandedOnView[];
	readonly lines: readonly LogLine[];
	/** The connections without a matching stub. */
	readonly refused: readonly string[];
}

/** Marks a moment of a router, so that later results can be collected. */
export function markMoment({
	world: { outgoing },
	handled,
	lines,
}: RunningRouter) {
	const requests = outgoing.requests.length;
	const refused = outgoing.refused.length;
	const events = handled.length;
	const written = lines.length;
	return {
		/** Collects the results since then. `sent` is the last sent request. */
		async since(
			router: RunningRouter,
			sent: Sent | undefined,
		): Promise<Observed> {
			const made = router.world.outgoing.requests.slice(requests);
			const by = (who: OutgoingRequest["by"]): readonly OutgoingView[] =>
				made.filter((one) => one.by === who).map(toView);
			return {
				sent,
				delivery:
					sent?.event === undefined
						? undefined
						: await router.delivery(sent.event),
				forwarded: by("forward"),
				published: by("publish"),
				fetched: by("plugin"),
				handedOn: toHandedOn(router.handled.slice(events)),
				lines: router.lines.slice(written),
				refused: router.world.outgoing.refused.slice(refused),
			};
		},
	};
}

/** Describes the events among these that came from another one; a retry counts once. */
export function toHandedOn(
	events: readonly HookEvent[],
): readonly HandedOnView[] {
	return events
		.filter(({ handedOn, attempt }) => handedOn > 0 && attempt === 1)
		.map(({ route, kind, payload }) => ({ route, kind, payload }));
}

/** Parses the body of a request that the router made. */
export function toView({
	url,
	method,
	headers,
	body,
}: OutgoingRequest): OutgoingView {
	const text = Buffer.from(body).toString();
	const [path = url, ...rest] = url.split("?");
	const query = Object.fromEntries(new URLSearchParams(rest.join("?")));
	return { url: path, query, method, headers, body: parseBody(text, headers) };
}

/** Parses a body by its content type. Invalid content stays text. */
export function parseBody(
	text: string,
	headers: Readonly<Record<string, string>>,
): unknown {
	const type = headers["content-type"] ?? "";
	if (/json/i.test(type)) {
		try {
			return JSON.parse(text) as unknown;
		} catch {
			return text;
		}
	}
	return /x-www-form-urlencoded/i.test(type)
		? Object.fromEntries(new URLSearchParams(text))
		: text;
}

/** Returns the code and the reason of the last failed attempt of a delivery, or the reason of its quarantine. */
export function failureOf(delivery: DeliveryDetail | undefined): {
	readonly code: string | undefined;
	readonly reason: string | undefined;
	readonly stack: string | undefined;
} {
	const last = delivery?.history.findLast(({ reason }) => reason !== undefined);
	const text = last?.reason ?? delivery?.reason;
	const reason = text && revealPrivate(text);
	const code = /^([A-Z]+(?:_[A-Z]+)+): /.exec(reason ?? "")?.[1];
	const stack = last?.stack && revealPrivate(last.stack);
	return { code, reason, stack };
}

/** Returns true for a log line that matches an expectation: a text matches a part of its message. */
export function messageOf(line: LogLine): string {
	const { msg } = line;
	return isRecord(msg) ? JSON.stringify(msg) : String(msg ?? "");
}
