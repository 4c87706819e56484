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

// --- helpers ---

function toHex(value: number, digits: number): string {
	return value.toString(16).padStart(digits, "0");
}
