import type { Dropped } from "../inbox/port/delivery.ts";

/** Describes a delivery that somebody dropped, in one or two sentences. */
export function describeDropped({
	id,
	route,
	at,
	actor,
	reason,
}: Dropped): string {
	const by = actor === undefined ? "" : ` by ${actor}`;
	const what = `The delivery ${id} of the route ${route} was dropped${by} on ${new Date(at).toISOString()}.`;
	return reason === undefined ? what : `${what} Reason: ${reason}`;
}
