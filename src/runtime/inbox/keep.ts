import type { Client } from "../../gate/client-address.ts";
import { describeDoubts } from "../../inbox/port/doubt.ts";
import type { NewDelivery } from "../../inbox/port/store.ts";
import { createMarkValues } from "../../observe/private-values.ts";
import { type Answer, EMPTY_OK } from "../answer.ts";
import type { Notes } from "../gates.ts";
import type { Inbound } from "../inbound.ts";
import type { Resolved } from "../resolve.ts";
import type { Inbox } from "./inbox.ts";
import { describeErrors, toDelivery, withoutSecrets } from "./record.ts";

/** A webhook on its way into the inbox. */
export interface Keepsake {
	readonly resolved: Resolved;
	readonly request: Pick<Inbound, "path" | "client">;
	/** The body as text, where its bytes are not plain UTF-8. */
	readonly text: string | undefined;
	readonly notes: Notes;
}

/** Keeps a webhook, and answers an empty 200 once it is on disk. Throws INBOX_UNAVAILABLE. */
export async function keep(keepsake: Keepsake, inbox: Inbox): Promise<Answer> {
	const { resolved, notes } = keepsake;
	const { route, event } = resolved;
	const [doubt] = notes.doubts;
	const { id, isDuplicate } = await (doubt === undefined
		? inbox.record(toNewDelivery(keepsake, "received"), {
				route,
				event: withoutSecrets(resolved),
			})
		: inbox.record(toQuarantined(keepsake)));
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
 * Records a reply after it was given; nobody waits for it. Returns the answer: where it cannot be
 * recorded, it is given all the same, and the log is told.
 */
export function noteReply(
	keepsake: Keepsake,
	answer: Answer,
	inbox: Inbox,
): Answer {
	const { outcome, error } = answer;
	const { payload } = keepsake.resolved.event;
	try {
		inbox.note(
			outcome === "handled"
				? toNewDelivery(keepsake, "delivered")
				: toNewDelivery(keepsake, "dead", describeErrors([error], payload)),
		);
		return answer;
	} catch (fault) {
		return { ...answer, error: error ?? fault };
	}
}

// --- helpers ---

function toQuarantined(keepsake: Keepsake): NewDelivery {
	const { notes, request, resolved } = keepsake;
	const mark = createMarkValues(resolved.event.payload);
	const doubts = notes.doubts.map(({ code, message }) => ({
		code,
		detail: mark(message),
	}));
	return {
		...toNewDelivery(keepsake, "quarantined", describeDoubts(doubts)),
		quarantine: { doubts, client: shareOf(request.client) },
	};
}

/** Whom something counts for: a client that has an IPv6 network has each of its addresses, so that it is one by its /64 (RFC 6177). */
function shareOf({ address }: Client): string {
	if (address === undefined) return "unknown";
	return address.family === 4
		? address.text
		: `${(address.value >> 64n).toString(16).padStart(16, "0")}/64`;
}

function toNewDelivery(
	{ resolved, request, text, notes }: Keepsake,
	state: NewDelivery["state"],
	reason?: string,
): NewDelivery {
	const { path } = request;
	const client = request.client.address?.text;
	const trace = { path, client, text };
	const delivery = toDelivery(resolved, trace, state, reason);
	return isProved(notes) ? delivery : { ...delivery, dedupeKey: undefined };
}

/** Returns false for a webhook that only the `report` of a gate let through: a forged one MUST NOT make the real one a duplicate. */
function isProved({ reports }: Notes): boolean {
	return !reports.some(
		({ code }) =>
			code === "FIREWALL_DENIED" ||
			code === "SIGNATURE_MISSING" ||
			code === "SIGNATURE_INVALID",
	);
}
