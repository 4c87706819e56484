/**
 * A cause of an own event of the router: a dead delivery, a refused webhook, a circuit that opened. The store makes an event of
 * it, in the transaction of the cause, with the functions of `alert-event.ts`.
 *
 * Causes of one kind and subject are grouped by window. The first one makes an event, which is handed out `GATHER_MS` later, so
 * that a burst is told with its whole count. While that event is not with a handler, each further cause is added to it. After
 * that, further causes of the window are collected in a second event, which is handed out at the end of the window. So the
 * counts of the events add up to the number of causes, and there are at most two events a window.
 */
export interface Alert {
	/** The internal route that gets the event. */
	readonly to: string;
	/** The kind of the event, such as `router.dead`. */
	readonly kind: string;
	/** Identifies the causes that belong to one event, such as a route's name. */
	readonly subject: string;
	/** The fields of the payload that do not depend on the number of causes. Those of the newest cause count. */
	readonly fields: Readonly<Record<string, unknown>>;
	/** The number of causes, at least 1. */
	readonly count: number;
	/** The number of causes by the code of their refusal. */
	readonly codes: Readonly<Record<string, number>>;
	/** The ids of deliveries, the newest last. */
	readonly ids: readonly string[];
	/** The sentence for one cause, and the one for several, in which `#` stands for their number. */
	readonly text: { readonly one: string; readonly many: string };
	/** The order key of the event on its route. */
	readonly orderKey?: string | undefined;
}

/** The causes of one kind and subject are grouped for so long, in milliseconds. */
export const ALERT_WINDOW_MS = 300_000;

/** The delay of the first event of a window in milliseconds, in which a burst is collected. */
export const GATHER_MS = 1000;

/** The unfinished own events of one route. They come in addition to `inbox.maxBacklog`. Beyond them, causes only count for existing events. */
export const ALERT_RESERVE = 1000;

/** The ids in the payload of an event: the newest. */
export const ALERT_IDS_MAX = 10;
