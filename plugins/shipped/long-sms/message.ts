/** An SMS as it came: the payload of `sms.inbound` or `shortcode.inbound`. */
export type Sms = { readonly [field: string]: unknown };

/** An SMS that is a part of a longer message. */
export interface Part {
	/** The same for all parts of one message. */
	readonly key: string;
	/** From 1. */
	readonly number: number;
	readonly total: number;
	readonly sms: Sms;
}

/** The parts of one message that are there, by their number. */
export type Parts = ReadonlyMap<number, Sms>;

/**
 * Reads what an SMS says of itself as a part. Undefined for one that is whole, and for one whose numbers
 * make no sense: 3GPP TS 23.040 section 9.2.3.24.1 has phones take such a part for a whole message.
 */
export function toPart(sms: Sms): Part | undefined {
	if (!/^(true|1)$/i.test(String(sms.concat))) return undefined;
	const ref = toWhole(sms["concat-ref"]);
	const total = toWhole(sms["concat-total"]) ?? 0;
	const number = toWhole(sms["concat-part"]) ?? 0;
	if (ref === undefined || total > 255 || number < 1 || number > total) {
		return undefined;
	}
	// A sender's references repeat after a while: messages of another length are others.
	const key = JSON.stringify([sms.msisdn, sms.to, ref, total]);
	return { key, number, total, sms };
}

/** True for two SMS that say the same: one of them is a repetition, whatever its `messageId`. */
export function isRepeated(one: Sms, other: Sms): boolean {
	return one.text === other.text && one.data === other.data;
}

/**
 * Joins parts to one message: the fields of its first part, the texts (and the `data` of a binary
 * message) in their order, and the ids of all parts as `parts`. Where some are missing, `concat-missing`
 * lists their numbers.
 */
export function toMessage(parts: Parts, total: number): Sms {
	const inOrder = [...parts]
		.sort(([one], [other]) => one - other)
		.map(([, sms]) => sms);
	const missing = missingOf(parts, total);
	const message: Record<string, unknown> = { ...inOrder[0] };
	for (const field of OF_ONE_PART) delete message[field];
	for (const field of ["text", "data"]) {
		const pieces = inOrder.map((sms) => sms[field]).filter(isText);
		if (pieces.length > 0) message[field] = pieces.join("");
	}
	message.parts = inOrder.map((sms) => sms.messageId);
	if (missing.length > 0) message["concat-missing"] = missing.join();
	// The first word of a later part is not a keyword: the sender meant nothing by it.
	if (!parts.has(1)) delete message.keyword;
	return message;
}

/** The numbers of the parts that are not there. */
export function missingOf(parts: Parts, total: number): readonly number[] {
	return Array.from({ length: total }, (_, index) => index + 1).filter(
		(number) => !parts.has(number),
	);
}

// --- helpers ---

/** The fields that are true of a part and not of the whole; a signature is one of them. */
const OF_ONE_PART = [
	"concat",
	"concat-ref",
	"concat-total",
	"concat-part",
	"sig",
	"nonce",
	"timestamp",
];

function toWhole(value: unknown): number | undefined {
	const text = String(value);
	return /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

function isText(value: unknown): value is string {
	return typeof value === "string";
}
