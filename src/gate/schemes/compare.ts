import { timingSafeEqual } from "node:crypto";

/** Compares two strings in constant time. Strings of different lengths differ, because the length of a digest is not secret. */
export function isSameText(given: string, expected: string): boolean {
	if (given.length !== expected.length) return false;
	const left = Buffer.from(given);
	const right = Buffer.from(expected);
	return left.length === right.length && timingSafeEqual(left, right);
}
