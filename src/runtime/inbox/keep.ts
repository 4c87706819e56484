import { HookError } from "../../errors.ts";
import type { Client } from "../../gate/client-address.ts";
import { describeDoubts } from "../../inbox/port/doubt.ts";
import { packAnswer } from "../../inbox/port/kept-answer.ts";
import type { NewDelivery, Receipt } from "../../inbox/port/queue.ts";
import { createMarkValues } from "../../observe/private-values.ts";
import type { Tracing } from "../../observe/tracing/tracing.ts";
import { dead, quarantined } from "../own/cause.ts";
import type { OwnEvents } from "../own/own-events.ts";
import { type Answer, EMPTY_OK } from "../request/answer.ts";
import type { Notes } from "../request/gates.ts";
import type { Inbound } from "../request/inbound.ts";
import type { Resolved } from "../request/resolve.ts";
import { endPut, startPut } from "../request/spans.ts";
import type { Inbox } from "./inbox.ts";
import {
	describeErrors,
	type Ending,
	toDelivery,
	withoutSecrets,
} from "./record.ts";

/** A webhook on its way into the inbox. */
export interface Incoming {
	readonly resolved: Resolved;
	readonly request: Pick<Inbound, "path" | "client">;
	/** The body as text, where its bytes are not plain UTF-8. */
	readonly text: string | undefined;
	readonly notes: Notes;
	/** Raises the alerts of what is quarantined or dead. Default: none are raised. */
	readonly own?: Pick<OwnEvents, "alertOf">;
}

/** Stores a webhook, and answers an empty 200 when it is on disk. Throws INBOX_UNAVAILABLE. */
export async function keep(
	incoming: Incoming,
	inbox: Inbox,
	tracing?: Tracing,
): Promise<Answer> {
	const { resolved, notes } = incoming;
	const { route, event } = resolved;
	const [doubt] = notes.doubts;
	const { id, isDuplicate } = await (tracing === undefined
		? put(incoming, inbox)
		: putTraced(incoming, inbox, tracing));
	return {
		reply: EMPTY_OK,
		outcome: isDuplicate
			? "duplicate"
			: doubt === undefined
				? "received"
				: "quarantined",
		error: doubt,
		reports: notes.reports,
		route,
		event: isDuplicate ? { ...event, id } : event,
	};
}

/**
 * Records a reply after it was sent, without waiting. Returns the answer, and includes the fault if it cannot be recorded, so
 * that it is logged.
 */
export function noteReply(
	incoming: Incoming,
	answer: Answer,
	inbox: Inbox,
): Answer {
	const { outcome, error, reply } = answer;
	const { payload } = incoming.resolved.event;
	try {
		inbox.note(
			outcome === "handled"
				? toNewDelivery(incoming, "delivered", { answer: packAnswer(reply) })
				: {
						...toNewDelivery(incoming, "dead", {
							reason: describeErrors([error], payload),
							answer: packAnswer(reply),
						}),
						alerts: alertsOf(incoming, dead, error),
					},
		);
		return answer;
	} catch (fault) {
		return { ...answer, error: error ?? fault };
	}
}

// --- helpers ---

function put(incoming: Incoming, inbox: Inbox): Promise<Receipt> {
	const { resolved, notes } = incoming;
	const { route } = resolved;
	return notes.doubts.length === 0
		? inbox.record(toNewDelivery(incoming, "received"), {
				route,
				event: withoutSecrets(resolved),
			})
		: inbox.record(toQuarantined(incoming));
}

/** Stores an event with the context of the span, which its attempts continue. */
async function putTraced(
	incoming: Incoming,
	inbox: Inbox,
	tracing: Tracing,
): Promise<Receipt> {
	const { resolved } = incoming;
	const { event } = resolved;
	const stage = startPut(tracing, event);
	const traced = { ...resolved, event: { ...event, trace: stage.trace } };
	try {
		const receipt = await put({ ...incoming, resolved: traced }, inbox);
		endPut(stage, { isDuplicate: receipt.isDuplicate });
		return receipt;
	} catch (error) {
		endPut(stage, { error });
		throw error;
	}
}

function toQuarantined(incoming: Incoming): NewDelivery {
	const { notes, request, resolved } = incoming;
	const mark = createMarkValues(resolved.event.payload);
	const doubts = notes.doubts.map(({ code, message }) => ({
		code,
		detail: mark(message),
	}));
	return {
		...toNewDelivery(incoming, "quarantined", {
			reason: describeDoubts(doubts),
		}),
		quarantine: { doubts, client: shareOf(request.client) },
		alerts: alertsOf(incoming, quarantined, notes.doubts[0]),
	};
}

function alertsOf(
	{ resolved: { route, event }, own }: Incoming,
	toCause: typeof dead,
	error: unknown,
): NewDelivery["alerts"] {
	const code =
		error instanceof HookError
			? error.code
			: (route.handler.failureCode ?? "HANDLER_FAILED");
	const alert = own?.alertOf(toCause(route.name, { id: event.id, code }));
	return alert && [alert];
}

/** Returns the client that a delivery counts for. An IPv6 client is its /64, because it has every address of that network (RFC 6177). */
function shareOf({ address }: Client): string {
	if (address === undefined) return "unknown";
	return address.family === 4
		? address.text
		: `${(address.value >> 64n).toString(16).padStart(16, "0")}/64`;
}

function toNewDelivery(
	{ resolved, request, text, notes }: Incoming,
	state: NewDelivery["state"],
	ending?: Ending,
): NewDelivery {
	const { path } = request;
	const client = request.client.address?.text;
	const trace = { path, client, text };
	const delivery = toDelivery(resolved, trace, state, ending);
	return isProved(notes) ? delivery : { ...delivery, dedupeKey: undefined };
}

/** Returns false for a webhook that passed only because of a gate's `report`: a forged one MUST NOT make the real one a duplicate. */
function isProved({ reports }: Notes): boolean {
	return !reports.some(
		({ code }) =>
			code === "FIREWALL_DENIED" ||
			code === "SIGNATURE_MISSING" ||
			code === "SIGNATURE_INVALID",
	);
}
