import { randomUUID } from "node:crypto";
import type { Payload } from "../../event/webhook.ts";
import { CannotDo, type PhoneAction } from "../action.ts";
import type { Dispatcher } from "../dispatcher.ts";
import type { Journal } from "../journal.ts";
import { APPLICATION_NUMBER, OWN_NUMBER } from "../numbers.ts";
import type { Place, Switchboard } from "../switchboard.ts";
import type { PhoneClock } from "../time.ts";
import { toMessage } from "./channels.ts";
import { type Channel, MESSAGE_STATUSES, SMS_STATUSES } from "./names.ts";
import { toSmsReceipt, toStatus } from "./receipts.ts";
import { orderParts, splitText, toSms } from "./sms.ts";

/** The parts of a session that messages need. */
export interface MessageParts {
	readonly board: Switchboard;
	readonly dispatcher: Dispatcher;
	readonly journal: Journal;
	readonly clock: PhoneClock;
}

type Text = PhoneAction & { readonly do: "message" };
type Receipt = PhoneAction & { readonly do: "receipt" };

/** Sends a text that a person writes. A long one on the SMS API goes in several parts. Throws CannotDo. */
export function sendText(
	{
		text,
		channel = "sms",
		api,
		from = OWN_NUMBER,
		to,
		order = "inOrder",
	}: Text,
	{ board, dispatcher, journal, clock }: MessageParts,
): Promise<void> {
	const route = findApi(board, { channel, api, number: to }, TEXT_KINDS);
	const number = to ?? numberOf(board, route.kind);
	const written = { from, to: number, text, at: clock.wallMs() };
	const payloads: readonly Payload[] =
		route.kind === "sms.inbound"
			? toSms(written)
			: [toMessage(channel, written, splitText(text).length)];
	journal.add({
		...{ what: "message", channel, from, to: number, text },
		ids: payloads.map((one) => String(one.messageId ?? one.message_uuid)),
		...{ receipts: [], direction: "in" },
	});
	return sendAll(
		orderParts(payloads, order).map((payload) => ({
			payload,
			label: labelOf(payload),
		})),
		{ ...route, dispatcher },
	);
}

/** Sends the receipt of a message that the application sent. Throws CannotDo. */
export function sendReceipt(
	{ status, channel = "sms", api, from = OWN_NUMBER, to, message }: Receipt,
	{ board, dispatcher, journal, clock }: MessageParts,
): Promise<void> {
	const route = findApi(
		board,
		{ channel, api, number: undefined },
		RECEIPT_KINDS,
	);
	const isSms = route.kind === "sms.dlr";
	const known: readonly string[] = isSms ? SMS_STATUSES : MESSAGE_STATUSES;
	if (!known.includes(status))
		throw new CannotDo(
			`There is no status \`${status}\` here. The statuses are ${known.join(", ")}.`,
		);
	const application = to ?? APPLICATION_NUMBER;
	const id = message ?? randomUUID();
	const receipt = {
		...{ id, person: from, application, status },
		at: clock.wallMs(),
	};
	noteReceipt(journal, { channel, id, from: application, to: from, status });
	const payload = isSms ? toSmsReceipt(receipt) : toStatus(channel, receipt);
	return sendAll([{ payload, label: status }], { ...route, dispatcher });
}

// --- helpers ---

/** The kinds of each API. */
interface ApiKinds {
	readonly sms: string;
	readonly messages: string;
}

const TEXT_KINDS: ApiKinds = {
	sms: "sms.inbound",
	messages: "messages.inbound",
};
const RECEIPT_KINDS: ApiKinds = { sms: "sms.dlr", messages: "messages.status" };

interface FoundApi {
	readonly kind: string;
	readonly place: Place;
}

/** Finds the route of an API. An SMS goes to the SMS API first, because most accounts are set so. */
function findApi(
	board: Switchboard,
	{
		channel,
		api,
		number,
	}: {
		readonly channel: Channel;
		readonly api: "sms" | "messages" | undefined;
		readonly number: string | undefined;
	},
	kinds: ApiKinds,
): FoundApi {
	if (api === "sms" && channel !== "sms")
		throw new CannotDo("The SMS API has no channel but sms.");
	const asked =
		api === undefined
			? channel === "sms"
				? [kinds.sms, kinds.messages]
				: [kinds.messages]
			: [kinds[api]];
	for (const kind of asked) {
		const place = board.find(kind, { number });
		if (place !== undefined) return { kind, place };
	}
	const names = asked.map((kind) => `\`${kind}\``).join(" or ");
	throw new CannotDo(`No route takes ${names}. Add one to routes.yaml.`);
}

function numberOf(board: Switchboard, kind: string): string {
	const route = board
		.dialable()
		.find((one) => one.kind === kind && one.numbers.length > 0);
	return route?.numbers[0] ?? APPLICATION_NUMBER;
}

interface Sending extends FoundApi {
	readonly dispatcher: Dispatcher;
}

async function sendAll(
	webhooks: readonly { readonly payload: Payload; readonly label: string }[],
	{ kind, place, dispatcher }: Sending,
): Promise<void> {
	// One after the other, so that they arrive in this order.
	for (const { payload, label } of webhooks)
		await dispatcher.send({ kind, label, leg: undefined, place, payload });
}

function labelOf(payload: Payload): string {
	const part = payload["concat-part"];
	return part === undefined
		? "text"
		: `part ${part} of ${payload["concat-total"]}`;
}

function noteReceipt(
	journal: Journal,
	receipt: {
		readonly channel: string;
		readonly id: string;
		readonly from: string;
		readonly to: string;
		readonly status: string;
	},
): void {
	const { id, status, ...message } = receipt;
	const known = journal
		.since(0)
		.find((entry) => entry.what === "message" && entry.ids.includes(id));
	if (known?.what === "message") {
		journal.amend(known.id, { receipts: [...known.receipts, status] });
		return;
	}
	journal.add({
		...{ what: "message", ...message, text: "", ids: [id] },
		...{ receipts: [status], direction: "out" },
	});
}
