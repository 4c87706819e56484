import { timingSafeEqual } from "node:crypto";

/**
 * Compares two texts in a time that does not tell where they differ; texts of different lengths are
 * different, and that a digest has a length is no secret.
 */
export function isSameText(given: string, expected: string): boolean {
	if (given.length !== expected.length) return false;
	const left = Buffer.from(given);
	const right = Buffer.from(expected);
	return left.length === right.length && timingSafeEqual(left, right);
}
