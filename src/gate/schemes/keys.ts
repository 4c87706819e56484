import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

/**
 * Prepares secrets once, so that no request pays for it. Throws RangeError where there is none, and
 * for an empty one: anybody could sign with that. Both are refused by `check` before.
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
 * Tells the secrets of one sender from those of another, for marks: two senders may number their webhooks alike,
 * and a sender MUST NOT use up the marks of another one. It is made of the first secret, whichever fitted, so that
 * two signatures of one webhook are one mark. 32 bits tell secrets apart, and tell nothing else of them.
 */
export function fingerprint([first]: readonly KeyObject[]): string {
	return createHmac("sha256", first as KeyObject)
		.update("switchhook")
		.digest("hex")
		.slice(0, 8);
}

/** Says how many secrets were tried. */
export function noneOf(count: number): string {
	return count === 1
		? "does not fit the secret"
		: `fits none of ${count} secrets`;
}
