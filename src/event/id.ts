import { randomUUID } from "node:crypto";

/**
 * Creates the id of an event: a UUID of version 7 (RFC 9562 section 5.7), which begins with the time. Consecutive ids are
 * neighbours in an index, so that storing a new one touches always the same page.
 *
 * @param now milliseconds since the epoch
 */
export function createEventId(now: number): string {
	const time = Math.max(0, Math.trunc(now));
	// Converts in halves: a number of more than 32 bits takes four times as long to write in hexadecimal.
	const high = toHex(Math.floor(time / 0x1_0000), 8);
	const low = toHex(time % 0x1_0000, 4);
	// The digit of the version is at position 14. Variant and randomness are unchanged.
	return `${high}-${low}-7${randomUUID().slice(15)}`;
}

/**
 * Shortens an event's id for people to its first 18 characters, such as `018bcfe5-6800-7a3f`, which the `inbox` commands accept
 * instead of the whole id. The first 13 characters are the time in milliseconds, so they are equal for events that came
 * together or from one handler. A child of a fan-out keeps the name of its target: `018bcfe5-6800-7a3f~crm`. The 12 random bits after the version digit distinguish such events. The start is shown and not
 * the end, although the end is more distinctive, because an inbox finds the start in its existing index: an index by the end
 * would cost every put a random page. Other ids are returned whole.
 */
export function shortId(id: string): string {
	return VERSION_7.test(id) ? `${id.slice(0, 18)}${id.slice(36)}` : id;
}

// --- helpers ---

const VERSION_7 =
	/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}(?:~.*)?$/;

function toHex(value: number, digits: number): string {
	return value.toString(16).padStart(digits, "0");
}
