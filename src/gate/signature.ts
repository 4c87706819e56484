import { HookError } from "../errors.ts";
import type {
	Claims,
	Mark,
	RawWebhook,
	VerifiedWebhook,
} from "../event/webhook.ts";

/** The gate that proves the origin of a webhook, over its raw bytes. */
export interface Signature {
	/** The scheme's name, or several joined by ` or `. */
	readonly scheme: string;
	/**
	 * Returns the verified webhook. Throws SIGNATURE_MISSING if it has no signature at all, else SIGNATURE_INVALID.
	 *
	 * @param now milliseconds since the epoch
	 */
	verify(webhook: RawWebhook, now: number): VerifiedWebhook;
}

/** Checks webhooks with one configured scheme. */
export interface Verifier {
	/** The scheme's name. */
	readonly name: string;
	/**
	 * Returns what the webhook proves. Throws SIGNATURE_MISSING, or SIGNATURE_INVALID with the failed check and its value.
	 * The message MUST NOT contain a secret, an expected value or text of the payload.
	 *
	 * @param now milliseconds since the epoch
	 */
	prove(webhook: RawWebhook, now: number): Proof;
}

/** The result of a successful verification. */
export interface Proof {
	/** The verified claims. Empty if the scheme has none. */
	readonly claims: Claims;
	/** Undefined if the scheme has none. */
	readonly mark: Mark | undefined;
}

/** The proof of a scheme that has neither claims nor marks: that the webhook passed. */
export const NOTHING_MORE: Proof = Object.freeze({
	claims: Object.freeze({}),
	mark: undefined,
});

/** The scheme `none`: an explicit decision, not a missing setting. */
export const UNSIGNED: Signature = {
	scheme: "none",
	verify: (webhook) => trust(webhook, NOTHING_MORE),
};

/** Creates the gate from one or several verifiers, of which one must succeed. */
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

/** Rebuilds a stored webhook. Its origin was checked when it arrived, and `claims` are the claims that were proved then. */
export function recall(webhook: RawWebhook, claims: Claims): VerifiedWebhook {
	return trust(webhook, { claims, mark: undefined });
}

// --- helpers ---

/** Turns a webhook into a verified one. This is the only place that does so. */
function trust(
	{ method, query, headers, raw }: RawWebhook,
	{ claims, mark }: Proof,
): VerifiedWebhook {
	return { method, query, headers, raw, claims, mark } as VerifiedWebhook;
}
