import { randomUUID } from "node:crypto";

/**
 * Makes the id of an event: a UUID of version 7 (RFC 9562 section 5.7), which begins with the time. Ids
 * that come one after the other stand one after the other in an index, so that keeping a new one
 * touches one page of it and not any.
 *
 * @param now milliseconds since the epoch
 */
export function createEventId(now: number): string {
	const time = Math.max(0, Math.trunc(now));
	// In halves: a number of more than 32 bits takes four times as long to write in hexadecimal.
	const high = toHex(Math.floor(time / 0x1_0000), 8);
	const low = toHex(time % 0x1_0000, 4);
	// The version's digit stands at 14; variant and randomness stay as they are.
	return `${high}-${low}-7${randomUUID().slice(15)}`;
}

/**
 * The part of an event's id that a person is shown: its first 18 characters, such as `018bcfe5-6800-7a3f`, which the commands of
 * `inbox` take in the place of the whole. The first 13 are the time to the millisecond, and so are the same for events that came
 * together, or that one handler made; after the version's digit stand 12 random bits, by which such events differ. The beginning is
 * shown and not the end, although that differs sooner, because an inbox finds a beginning in the index that it has: an index by the
 * end would cost every put a random page. An id of another form is shown whole.
 */
export function shortId(id: string): string {
	return VERSION_7.test(id) ? id.slice(0, 18) : id;
}

// --- helpers ---

const VERSION_7 =
	/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

function toHex(value: number, digits: number): string {
	return value.toString(16).padStart(digits, "0");
}
