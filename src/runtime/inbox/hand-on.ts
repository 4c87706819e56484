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

/** Routes that may hand on one after the other at most. */
export const HAND_ON_MAX = 8;

/**
 * Makes what lets a plugin hand on to another route: a new event of that route's kind and level, with
 * the claims of the event it comes of, and with its query unless that was the payload. With an inbox it is kept there together with the success of the
 * event it comes of, or at once where it comes of none; without one it is handled at once, within that
 * route's `timeout` and until `drain`.
 *
 * The payload is taken as the JSON of a webhook would be: decoded into the kind's shape, and checked.
 * The returned function rejects with HANDLER_FAILED for a name that no route has and for a chain that
 * is too long, with PAYLOAD_INVALID (unless the route says `onInvalid: report`), with INBOX_UNAVAILABLE,
 * and without an inbox with HANDLER_TIMEOUT and what the handler threw.
 */
export function createHandOn({
	find,
	drain,
	inbox,
	now = Date.now,
}: HandOnOptions): HandOnFrom {
	return async (name, given, { params = {}, query }, from) => {
		const handedOn = 1 + (from?.event.handedOn ?? 0);
		if (handedOn > HAND_ON_MAX) throw endless(name);
		const route = find(name);
		if (route === undefined) throw unknown(name);
		const payload = toPayload(given, route);
		if (route.isUnkept) return;
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
		};
		if (inbox === undefined) return run(route, event, drain());
		const delivery = toDelivery({ route, event }, HERE, "received");
		if (from === undefined) await inbox.record(delivery);
		else from.journal.events.push(delivery);
	};
}

/** The parts of the router that handing on needs. */
export interface HandOnOptions {
	/** The enabled route of a name; undefined as long as there is none. */
	find(route: string): ServedRoute | undefined;
	drain(): AbortSignal;
	/** Undefined where nothing is kept. */
	readonly inbox: Inbox | undefined;
	/** Milliseconds since the epoch, default Date.now. */
	readonly now?: () => number;
}

// --- helpers ---

const NO_BODY = new Uint8Array(0);
const JSON_HEADERS = Object.freeze({ "content-type": "application/json" });

/** It came from no client, to no path. */
const HERE = { path: "", client: undefined, text: undefined };
const NO_CLAIMS: Claims = Object.freeze({});

/** A copy in the one shape that the kind states. Throws PAYLOAD_INVALID. */
function toPayload(given: Payload, { name, kind, onInvalid }: ServedRoute) {
	const whose = `the payload handed on to the route \`${name}\``;
	let copy: Payload;
	try {
		// As if it came over the wire: a copy of its own, and nothing in it but JSON.
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
