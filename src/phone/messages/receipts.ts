import { randomUUID } from "node:crypto";
import type { Payload } from "../../event/webhook.ts";
import { toIso, toSpaced } from "../time.ts";
import type { Channel } from "./names.ts";

/** A receipt for a message of the application. */
export interface Receipt {
	/** The id of the message. */
	readonly id: string;
	/** The number of the person. */
	readonly person: string;
	/** The number or the name of the application. */
	readonly application: string;
	readonly status: string;
	/** Milliseconds since the epoch. */
	readonly at: number;
}

/** Makes the receipt of a message of the SMS API. */
export function toSmsReceipt({
	id,
	person,
	application,
	status,
	at,
}: Receipt): Payload {
	return {
		msisdn: person,
		to: application,
		"network-code": "23410",
		messageId: id,
		price: "0.03330000",
		status,
		scts: toSpaced(at).replace(/\D/g, "").slice(2, 12),
		"err-code": ERROR_CODES[status] ?? "0",
		"api-key": "abcd1234",
		"message-timestamp": toSpaced(at),
	};
}

/** Makes the receipt of a message of the Messages API. */
export function toStatus(
	channel: Channel,
	{ id, person, application, status, at }: Receipt,
): Payload {
	const error = ERRORS[status];
	return {
		message_uuid: id,
		...{ to: person, from: application },
		timestamp: `${toIso(at).slice(0, 19)}Z`,
		...{ status, channel },
		...(error !== undefined && {
			error: {
				type: `https://developer.vonage.com/api-errors/messages#${error.code}`,
				title: error.code,
				detail: error.detail,
				instance: randomUUID().replaceAll("-", ""),
			},
		}),
		...(channel === "sms" && {
			usage: { currency: "EUR", price: "0.0333" },
			destination: { network_code: "23410" },
			sms: { count_total: "1" },
		}),
	};
}

// --- helpers ---

/** The usual `err-code` of each status: unknown, absent subscriber, illegal message. */
const ERROR_CODES: Readonly<Record<string, string>> = {
	expired: "2",
	failed: "1",
	rejected: "10",
	unknown: "1",
};

const ERRORS: Readonly<
	Record<string, { readonly code: string; readonly detail: string }>
> = {
	rejected: { code: "1210", detail: "Anti-Spam Rejection" },
	undeliverable: { code: "1180", detail: "Absent Subscriber - Temporary" },
};
