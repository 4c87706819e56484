import { createEventId } from "../../event/id.ts";
import {
	ALERT_IDS_MAX,
	ALERT_WINDOW_MS,
	type Alert,
	GATHER_MS,
} from "./alert.ts";
import { packEnvelope } from "./envelope.ts";
import type { NewDelivery } from "./queue.ts";

/** An event that alerts may become a part of. The first one that is not there yet is put, the first one that is not handed out grows. */
export interface AlertPlace {
	/** The dedupe key. */
	readonly key: string;
	/** Milliseconds since the epoch. */
	readonly dueAt: number;
	readonly part: "first" | "rest";
	/** Milliseconds since the epoch. */
	readonly from: number;
}

/** Returns the places for an alert at a time, in the order in which a store MUST try them. */
export function placesOf({ kind, subject }: Alert, now: number): AlertPlace[] {
	const from = now - (now % ALERT_WINDOW_MS);
	const to = from + ALERT_WINDOW_MS;
	const key = (start: number, part: string): string =>
		JSON.stringify([kind, subject, start, part]);
	// Collected events that contradict each other, such as open and closed, are handed out in the order of their newest causes.
	const spread = Math.floor(((now - from) / ALERT_WINDOW_MS) * GATHER_MS);
	return [
		{ key: key(from, "first"), dueAt: now + GATHER_MS, part: "first", from },
		{ key: key(from, "rest"), dueAt: to + spread, part: "rest", from },
		// The collected event is only handed out at the end of its window, and somebody may have replayed it.
		{ key: key(to, "first"), dueAt: now + GATHER_MS, part: "first", from: to },
	];
}

/** Joins the alerts of one transaction that become one event. */
export function joinAlerts(alerts: readonly Alert[]): Alert[] {
	const joined = new Map<string, Alert>();
	for (const alert of alerts) {
		const key = JSON.stringify([alert.to, alert.kind, alert.subject]);
		const first = joined.get(key);
		joined.set(key, first === undefined ? alert : join(first, alert));
	}
	// In one order for all routers, so that no two wait for each other's rows.
	return [...joined].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** Creates the event of an alert at its place. */
export function toAlertDelivery(
	alert: Alert,
	place: AlertPlace,
	now: number,
): NewDelivery {
	return {
		id: createEventId(now),
		route: alert.to,
		kind: alert.kind,
		receivedAt: now,
		dedupeKey: place.key,
		orderKey: alert.orderKey,
		state: "received",
		reason: undefined,
		envelope: ENVELOPE,
		body: write(alert, place),
	};
}

/** Adds an alert to the body of an event. Returns the new body. A body that is not an own event's is replaced. */
export function growAlert(
	body: Uint8Array,
	alert: Alert,
	place: AlertPlace,
): Uint8Array {
	const told = read(body);
	const grown = told === undefined ? alert : join({ ...alert, ...told }, alert);
	return write(grown, place);
}

/** Returns the sentence for a number of causes. */
export function textOfAlert(
	{ one, many }: Alert["text"],
	count: number,
): string {
	return count === 1 ? one : many.replace("#", String(count));
}

/** Returns the payload of an alert. */
export function payloadOfAlert(
	alert: Alert,
	{ part, from }: Pick<AlertPlace, "part" | "from">,
): Readonly<Record<string, unknown>> {
	const { text, fields, count, codes, ids } = alert;
	return {
		text: textOfAlert(text, count),
		...fields,
		count,
		codes,
		ids: ids.slice(-ALERT_IDS_MAX).reverse(),
		part,
		window: windowAt(from),
	};
}

// --- helpers ---

/** The envelope of all own events. */
const ENVELOPE = packEnvelope({
	method: "POST",
	path: "",
	query: "",
	headers: { "content-type": "application/json" },
	params: {},
	claims: {},
	client: undefined,
	handedOn: 0,
	isOwn: true,
	text: undefined,
});

type Counted = Pick<Alert, "count" | "codes" | "ids">;

function join<T extends Alert>(one: T, other: Alert): Alert {
	const codes: Record<string, number> = { ...one.codes };
	for (const [code, count] of Object.entries(other.codes))
		codes[code] = (codes[code] ?? 0) + count;
	return {
		...other,
		count: one.count + other.count,
		codes,
		ids: [...one.ids, ...other.ids].slice(-ALERT_IDS_MAX),
	};
}

function write(
	alert: Alert,
	place: Pick<AlertPlace, "part" | "from">,
): Uint8Array {
	return Buffer.from(JSON.stringify(payloadOfAlert(alert, place)));
}

function windowAt(from: number): {
	readonly from: string;
	readonly to: string;
} {
	return {
		from: new Date(from).toISOString(),
		to: new Date(from + ALERT_WINDOW_MS).toISOString(),
	};
}

function read(body: Uint8Array): Counted | undefined {
	try {
		const { count, codes, ids } = JSON.parse(Buffer.from(body).toString());
		if (typeof count !== "number" || !Array.isArray(ids)) return undefined;
		return { count, codes: codes ?? {}, ids: ids.reverse() };
	} catch {
		return undefined;
	}
}
