import { HookError } from "../../errors.ts";
import { createEventId } from "../../event/id.ts";
import type { Claims, HookEvent, Payload } from "../../event/webhook.ts";
import { queryBeside } from "../../gate/body.ts";
import { Countdown } from "../../handler/countdown.ts";
import type { HandOnFrom } from "../../handler/plugin/init.ts";
import { describeProblems } from "../../kind/kind.ts";
import type { ServedRoute } from "../served-route.ts";
import type { Inbox } from "./inbox.ts";
import { toDelivery } from "./record.ts";

/** The longest chain of routes that hand an event on. */
export const HAND_ON_MAX = 8;

/**
 * Creates the function with which a plugin hands an event on to another route: a new event of that route's kind and level, with
 * the claims of the original event, and with its query unless that was the payload. With an inbox the event is stored together
 * with the success of the original event, or at once if there is no original event. Without an inbox it is handled at once,
 * within that route's `timeout` and until `drain`.
 *
 * The payload is treated like the JSON of a webhook: decoded into the kind's shape, and validated. The returned function
 * rejects with HANDLER_FAILED for an unknown route and for a chain that is too long, with PAYLOAD_INVALID (unless the route
 * says `onInvalid: report`), with INBOX_UNAVAILABLE, and without an inbox with HANDLER_TIMEOUT and the error of the handler.
 */
export function createHandOn({
	find,
	drain,
	inbox,
	now = Date.now,
}: HandOnOptions): HandOnEvent {
	return async (name, given, { params = {}, query }, from) => {
		const handedOn = 1 + (from?.event.handedOn ?? 0);
		if (handedOn > HAND_ON_MAX) throw endless(name);
		const route = find(name);
		if (route === undefined) throw unknown(name);
		const payload = toPayload(given, route);
		if (route.isUnkept) return undefined;
		const at = now();
		const event: HookEvent = {
			id: createEventId(at),
			kind: route.kind.name,
			level: route.level,
			route: route.name,
			payload,
			receivedAt: at,
			attempt: 1,
			claims: from?.event.claims ?? NO_CLAIMS,
			raw: inbox === undefined ? NO_BODY : Buffer.from(JSON.stringify(payload)),
			params,
			headers: JSON_HEADERS,
			method: "POST",
			query: query ?? (from === undefined ? "" : queryBeside(from.event)),
			handedOn,
			trace: from?.event.trace,
			...((route.kind.isOwn || from?.event.isOwn) && OWN),
		};
		if (inbox === undefined) {
			await run(route, event, drain());
			return event;
		}
		const delivery = toDelivery({ route, event }, HERE, "received");
		if (from === undefined) await inbox.record(delivery);
		else from.journal.events.push(delivery);
		return event;
	};
}

/** Hands on, and returns the new event. Undefined if nothing keeps or handles it. */
export type HandOnEvent = (
	...args: Parameters<HandOnFrom>
) => Promise<HookEvent | undefined>;

/** The parts of the router that handing on needs. */
export interface HandOnOptions {
	/** Returns the enabled route of a name. Undefined while there is none. */
	find(route: string): ServedRoute | undefined;
	drain(): AbortSignal;
	/** Undefined if nothing is stored. */
	readonly inbox: Inbox | undefined;
	/** Milliseconds since the epoch, default Date.now. */
	readonly now?: () => number;
}

// --- helpers ---

const OWN = { isOwn: true } as const;
const NO_BODY = new Uint8Array(0);
const JSON_HEADERS = Object.freeze({ "content-type": "application/json" });

/** Returns the request of a handed-on event, which has no client and no path. */
const HERE = { path: "", client: undefined, text: undefined };
const NO_CLAIMS: Claims = Object.freeze({});

/** Returns a copy in the kind's shape. Throws PAYLOAD_INVALID. */
function toPayload(given: Payload, { name, kind, onInvalid }: ServedRoute) {
	const whose = `the payload handed on to the route \`${name}\``;
	let copy: Payload;
	try {
		// Copies the payload through JSON, as if it came over the wire.
		copy = JSON.parse(JSON.stringify(given)) as Payload;
	} catch (error) {
		throw new HookError(
			"PAYLOAD_INVALID",
			`${whose} cannot be written as JSON`,
			{ cause: error },
		);
	}
	const payload = kind.decode(copy, "json");
	const problems = kind.validate(payload);
	if (problems === undefined || onInvalid === "report") return payload;
	throw new HookError(
		"PAYLOAD_INVALID",
		`${whose} does not fit its kind \`${kind.name}\`: ${describeProblems(problems)}`,
	);
}

async function run(
	{ handler, timeoutMs }: ServedRoute,
	event: HookEvent,
	drain: AbortSignal,
): Promise<void> {
	const countdown = new Countdown(timeoutMs, drain);
	try {
		const work = handler.handle(event, countdown);
		if (work instanceof Promise) await countdown.race(work);
	} finally {
		countdown.end();
	}
}

function unknown(name: string): HookError {
	return new HookError(
		"HANDLER_FAILED",
		`no route is named \`${name}\`, or plugins are still being set up. \`switchhook routes\` lists the routes`,
	);
}

function endless(name: string): HookError {
	return new HookError(
		"HANDLER_FAILED",
		`the event was handed on ${HAND_ON_MAX} times in a row, and \`${name}\` would be next. Check that the routes do not hand on in a circle`,
	);
}
