import { timingSafeEqual } from "node:crypto";

/** Compares two strings in constant time. Strings of different lengths differ, because the length of a digest is not secret. */
export function isSameText(given: string, expected: string): boolean {
	if (given.length !== expected.length) return false;
	const left = Buffer.from(given);
	const right = Buffer.from(expected);
	return left.length === right.length && timingSafeEqual(left, right);
}

/** Returns true if one of the given texts is an expected one. Compares all of them, so that the time does not tell which one fits. */
export function fitsAny(
	given: readonly string[],
	expected: readonly string[],
): boolean {
	let fits = false;
	for (const one of expected)
		for (const text of given) if (isSameText(text, one)) fits = true;
	return fits;
}
