import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

/**
 * Prepares secrets in advance, so requests do not pay for it. Throws RangeError if there is none, and for an empty one,
 * with which anybody could sign. `check` rejects both before.
 */
export function toKeys(
	secrets: readonly (string | Uint8Array)[],
): readonly KeyObject[] {
	if (secrets.length === 0) throw new RangeError("a scheme needs a secret");
	return secrets.map((secret) => {
		if (secret.length === 0) throw new RangeError("a secret is empty");
		return createSecretKey(Buffer.from(secret as string));
	});
}

/**
 * Distinguishes the secrets of different senders, for marks. Two senders may use the same ids, and a sender MUST NOT use
 * up the marks of another. It is derived from the first secret, whichever matched, so two signatures of one webhook have
 * one mark. 32 bits distinguish secrets and reveal nothing else.
 */
export function fingerprint([first]: readonly KeyObject[]): string {
	return createHmac("sha256", first as KeyObject)
		.update("switchhook")
		.digest("hex")
		.slice(0, 8);
}

/** Describes how many secrets were tried. */
export function noneOf(count: number): string {
	return count === 1
		? "does not fit the secret"
		: `fits none of ${count} secrets`;
}
