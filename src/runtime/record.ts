import { describeError } from "../errors.ts";
import { packEnvelope } from "../inbox/envelope.ts";
import { dedupeKeyOf, orderKeyOf } from "../inbox/keys.ts";
import type { NewDelivery } from "../inbox/store.ts";
import type { Resolved } from "./resolve.ts";

/** What is kept of a request beside its event. */
export interface Trace {
	/** As it was sent, without the query. */
	readonly path: string;
	readonly query: string;
	/** The client's address; undefined where it could not be told. */
	readonly client: string | undefined;
	/** The body as text, where its bytes are not plain UTF-8. */
	readonly text: string | undefined;
}

/** Writes an event as the inbox keeps it, without the secrets that came with it. */
export function toDelivery(
	{ route, event }: Pick<Resolved, "route" | "event">,
	trace: Trace,
	state: NewDelivery["state"],
	reason?: string,
): NewDelivery {
	const { payload, params, headers, claims, method, handedOn } = event;
	return {
		id: event.id,
		route: route.name,
		kind: event.kind,
		receivedAt: event.receivedAt,
		dedupeKey: dedupeKeyOf(route.dedupe, payload),
		orderKey: orderKeyOf(route.orderBy, payload),
		state,
		reason,
		envelope: packEnvelope(
			{ ...trace, method, headers, params, claims, handedOn },
			route.secretHeaders,
		),
		body: event.raw,
	};
}

/** Writes why something is not trusted or not done, in one line. */
export function describeErrors(errors: readonly unknown[]): string {
	return errors.map(describeError).join("; ");
}
