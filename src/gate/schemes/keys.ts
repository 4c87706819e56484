import { createSecretKey, type KeyObject } from "node:crypto";

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

/** Says how many secrets were tried. */
export function noneOf(count: number): string {
	return count === 1
		? "does not fit the secret"
		: `fits none of ${count} secrets`;
}
