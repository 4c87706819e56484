import { createHmac, type KeyObject } from "node:crypto";
import type { RawWebhook } from "../../event/webhook.ts";
import type { HmacSettings } from "../signature-settings.ts";

/** What is signed, as a text with `{timestamp}`, `{body}` and `{query}` says, taken apart. */
export interface Content {
	readonly parts: readonly ContentPart[];
	readonly hasTimestamp: boolean;
	readonly hasBody: boolean;
	readonly hasQuery: boolean;
}

/** A text that is always the same, or a place that the webhook fills. */
export type ContentPart =
	| { readonly literal: string }
	| { readonly slot: "timestamp" | "body" | "query" };

/** Takes such a text apart; other braces stand for themselves. */
export function parseContent(text: string): Content {
	const parts = text
		.split(/(\{(?:timestamp|body|query)\})/)
		.filter((piece) => piece !== "")
		.map((piece): ContentPart => SLOTS.get(piece) ?? { literal: piece });
	const has = (slot: string): boolean =>
		parts.some((part) => "slot" in part && part.slot === slot);
	return {
		parts,
		hasTimestamp: has("timestamp"),
		hasBody: has("body"),
		hasQuery: has("query"),
	};
}

/** Signs a webhook's content: the digest as text in the settings' encoding. */
export function signContent(
	{ algorithm, encoding }: Pick<HmacSettings, "algorithm" | "encoding">,
	key: KeyObject | string,
	{ parts }: Content,
	{
		webhook,
		timestamp,
	}: {
		readonly webhook: Pick<RawWebhook, "query" | "raw">;
		/** Empty where the scheme has none. */
		readonly timestamp: string;
	},
): string {
	const hmac = createHmac(algorithm, key);
	for (const part of parts) {
		if ("literal" in part) hmac.update(part.literal);
		else if (part.slot === "body") hmac.update(webhook.raw);
		else hmac.update(part.slot === "query" ? webhook.query : timestamp);
	}
	return hmac.digest(encoding);
}

// --- helpers ---

const SLOTS: ReadonlyMap<string, ContentPart> = new Map([
	["{timestamp}", { slot: "timestamp" }],
	["{body}", { slot: "body" }],
	["{query}", { slot: "query" }],
] as const);
