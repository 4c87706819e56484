import { isRecord } from "../event/is-record.ts";
import { parseWebhook } from "../gate/body.ts";
import { recall } from "../gate/signature.ts";
import type { DeliveryContent, DeliveryRow } from "../inbox/port/delivery.ts";
import { type Envelope, readEnvelope } from "../inbox/port/envelope.ts";
import type { Kind } from "../kind/kind.ts";
import type { Subject } from "../route/field.ts";

/** Returns the kind of a delivery, by its current route. Undefined if its name is unknown. */
export type KindOf = (
	row: Pick<DeliveryRow, "route" | "kind">,
) => Kind | undefined;

/** The content of a stored delivery, as a filter reads it. */
export type StoredContent = Pick<
	DeliveryContent,
	"route" | "kind" | "envelope" | "body"
>;

/**
 * Restores the webhook of a delivery. Without a kind, numbers of a form stay texts. Undefined if the stored data is damaged, and for a
 * delivery without its content.
 */
export function toSubject(
	content: StoredContent,
	kindOf: KindOf,
): (Subject & { readonly envelope: Envelope }) | undefined {
	const { body } = content;
	if (body === undefined) return undefined;
	try {
		const envelope = readEnvelope(content.envelope);
		const { method, query, headers, claims, params, text } = envelope;
		const webhook = recall({ method, query, headers, raw: body }, claims);
		const { payload, encoding } = parseWebhook(webhook, ENCODINGS, text);
		const kind = kindOf(content);
		const decoded =
			kind !== undefined && isRecord(payload)
				? kind.decode(payload, encoding)
				: payload;
		return { payload: decoded, headers, query, params, claims, envelope };
	} catch {
		// A webhook that cannot be parsed was quarantined, and no filter by content finds it.
		return undefined;
	}
}

// --- helpers ---

const ENCODINGS = ["query", "form", "json"] as const;
