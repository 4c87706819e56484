import { randomUUID } from "node:crypto";

/**
 * Makes the id of an event: a UUID of version 7 (RFC 9562 section 5.7), which begins with the time. Ids
 * that come one after the other stand one after the other in an index, so that keeping a new one
 * touches one page of it and not any.
 *
 * @param now milliseconds since the epoch
 */
export function createEventId(now: number): string {
	const time = Math.max(0, Math.trunc(now)).toString(16).padStart(12, "0");
	// The version's digit stands at 14; variant and randomness stay as they are.
	return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${randomUUID().slice(15)}`;
}
