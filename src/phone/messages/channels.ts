import { randomUUID } from "node:crypto";
import type { Payload } from "../../event/webhook.ts";
import { toIso } from "../time.ts";
import type { Channel } from "./names.ts";

/** A text that a person writes. */
export interface Written {
	readonly from: string;
	readonly to: string;
	readonly text: string;
	/** Milliseconds since the epoch. */
	readonly at: number;
}

/** Makes the webhook of a text on a channel of the Messages API. */
export function toMessage(
	channel: Channel,
	{ from, to, text, at }: Written,
	segments: number,
): Payload & { readonly message_uuid: string } {
	return {
		channel,
		message_uuid: randomUUID(),
		...{ to, from },
		timestamp: `${toIso(at).slice(0, 19)}Z`,
		message_type: "text",
		text,
		...MORE[channel]?.(text, segments),
	};
}

/** The first word of a text in capitals, which the platform adds. */
export function keywordOf(text: string): string {
	return text.trim().split(/\s/)[0]?.toUpperCase() ?? "";
}

// --- helpers ---

/** The fields that only one channel has. */
const MORE: Partial<
	Record<Channel, (text: string, segments: number) => Payload>
> = {
	sms: (text, segments) => ({
		sms: { num_messages: String(segments), keyword: keywordOf(text) },
		usage: { currency: "EUR", price: (0.0333 * segments).toFixed(4) },
		origin: { network_code: "23410" },
	}),
	mms: () => ({ origin: { network_code: "23410" } }),
	whatsapp: () => ({
		profile: { name: "Jane Smith" },
		context_status: "none",
	}),
	rcs: () => ({ context_status: "none" }),
};
