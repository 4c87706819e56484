import { HookError } from "../errors.ts";
import type {
	Claims,
	Mark,
	RawWebhook,
	VerifiedWebhook,
} from "../event/webhook.ts";

/** The gate that proves where a webhook comes from, over the bytes as they were sent. */
export interface Signature {
	/** The scheme's name; several joined by ` or `. */
	readonly scheme: string;
	/**
	 * Returns the webhook as verified, or throws SIGNATURE_MISSING where it carries none at all, else
	 * SIGNATURE_INVALID.
	 *
	 * @param now milliseconds since the epoch
	 */
	verify(webhook: RawWebhook, now: number): VerifiedWebhook;
}

/** Checks webhooks by one scheme and its settings. */
export interface Verifier {
	/** The scheme's name. */
	readonly name: string;
	/**
	 * Returns what the webhook proves, or throws SIGNATURE_MISSING, SIGNATURE_INVALID with which check
	 * failed and on what. The message MUST NOT hold a secret, an expected value or the payload's text.
	 *
	 * @param now milliseconds since the epoch
	 */
	prove(webhook: RawWebhook, now: number): Proof;
}

/** The result of a verifier that believes a webhook. */
export interface Proof {
	/** Verified claims; empty where the scheme has none. */
	readonly claims: Claims;
	/** Undefined where the scheme has none. */
	readonly mark: Mark | undefined;
}

/** The scheme `none`: a named decision, never an absence. */
export const UNSIGNED: Signature = {
	scheme: "none",
	verify: (webhook) => trust(webhook, NOTHING_PROVED),
};

/** Makes the gate of one or several verifiers, any one of which proves origin. */
export function createSignature(verifiers: readonly Verifier[]): Signature {
	const [only] = verifiers;
	if (only === undefined) throw new RangeError("a signature needs a scheme");
	if (verifiers.length === 1) {
		return {
			scheme: only.name,
			verify: (webhook, now) => trust(webhook, only.prove(webhook, now)),
		};
	}
	return {
		scheme: verifiers.map(({ name }) => name).join(" or "),
		verify(webhook, now) {
			const refusals: HookError[] = [];
			for (const verifier of verifiers) {
				try {
					return trust(webhook, verifier.prove(webhook, now));
				} catch (error) {
					if (!(error instanceof HookError)) throw error;
					refusals.push(error);
				}
			}
			throw new HookError(
				refusals.every(({ code }) => code === "SIGNATURE_MISSING")
					? "SIGNATURE_MISSING"
					: "SIGNATURE_INVALID",
				refusals.map(({ message }) => message).join("; "),
			);
		},
	};
}

/** Makes a webhook again that was kept: its origin was checked on arrival, and `claims` are what was proved then. */
export function recall(webhook: RawWebhook, claims: Claims): VerifiedWebhook {
	return trust(webhook, { claims, mark: undefined });
}

// --- helpers ---

const NOTHING_PROVED: Proof = Object.freeze({
	claims: Object.freeze({}),
	mark: undefined,
});

/** The one place where a webhook becomes a verified one. */
function trust(
	{ method, query, headers, raw }: RawWebhook,
	{ claims, mark }: Proof,
): VerifiedWebhook {
	return { method, query, headers, raw, claims, mark } as VerifiedWebhook;
}
