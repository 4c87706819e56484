import type { Claims, RawWebhook, VerifiedWebhook } from "../event/webhook.ts";

/** The gate that proves where a webhook comes from, over the bytes as they were sent. */
export interface Signature {
	readonly scheme: string;
	/** Returns the webhook as verified, or throws SIGNATURE_INVALID. */
	verify(webhook: RawWebhook): VerifiedWebhook;
}

/** The scheme `none`: a named decision, never an absence. */
export const UNSIGNED: Signature = {
	scheme: "none",
	verify: (webhook) => trust(webhook, NO_CLAIMS),
};

// --- helpers ---

const NO_CLAIMS: Claims = Object.freeze({});

/** The one place where a webhook becomes a verified one. */
function trust(
	{ method, query, headers, raw }: RawWebhook,
	claims: Claims,
): VerifiedWebhook {
	return { method, query, headers, raw, claims } as VerifiedWebhook;
}
