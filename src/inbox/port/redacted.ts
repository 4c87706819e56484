import { hash } from "node:crypto";
import type { ErrorCode } from "../../errors.ts";
import { type Doubt, isErrorCode } from "./doubt.ts";

/** The envelope of a redacted delivery. */
export const REDACTED_ENVELOPE = '{"method":"","path":"","redacted":true}';

/** The reason of an unfinished delivery that was redacted. */
export const REDACTED_REASON = "redacted before it was handled";

/**
 * Returns the hashed form of a dedupe key. A delivery with it still counts as the first one of its key, but the key cannot be
 * read from it. It ends with the 48 bits by which the SQLite engine finds a key, so that a row needs no other place for them.
 */
export function redactKey(key: string): string {
	if (isRedactedKey(key)) return key;
	const short = hash("sha1", key, "hex").slice(0, SHORT_LENGTH);
	return `${PREFIX}${hash("sha256", key, "hex")}:${short}`;
}

/** Returns true for a hashed key. No other key looks like one: keys are JSON lists or `sha256:…`. */
export function isRedactedKey(key: string): boolean {
	return key.startsWith(PREFIX);
}

/** Returns the first 48 bits of the SHA-1 of a hashed key's original. */
export function shortHashOf(redactedKey: string): string {
	return redactedKey.slice(-SHORT_LENGTH);
}

/** Returns true if a stored key, plain or hashed, is this key. */
export function isSameKey(stored: string, key: string): boolean {
	return stored === key || (isRedactedKey(stored) && stored === redactKey(key));
}

/** Keeps only the codes of a reason, because its sentences may quote the webhook. */
export function redactReason(reason: string): string {
	if (reason.startsWith(REDACTED_REASON)) return reason;
	const codes = reason.match(CODE) ?? [];
	const known = [...new Set(codes.filter(isErrorCode))] as ErrorCode[];
	return known.length === 0
		? "[redacted]"
		: known.map((code) => `${code}: [redacted]`).join("; ");
}

/** Keeps only the codes of doubts. */
export function redactDoubts(doubts: readonly Doubt[]): readonly Doubt[] {
	return doubts.map(({ code }) => ({ code, detail: "[redacted]" }));
}

// --- helpers ---

const PREFIX = "redacted:";

/** Hexadecimal digits. */
const SHORT_LENGTH = 12;

const CODE = /\b[A-Z]+(?:_[A-Z]+)+\b/g;
