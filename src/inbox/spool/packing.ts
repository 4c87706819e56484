import { HookError } from "../../errors.ts";
import { isRecord } from "../../event/is-record.ts";
import type { ExportedDelivery } from "../port/delivery.ts";
import type { Child, NewDelivery } from "../port/queue.ts";

/** A delivery as it lies in the spool. */
export type Spooled = Pick<
	ExportedDelivery,
	"id" | "route" | "kind" | "receivedAt" | "envelope" | "body"
>;

/**
 * Packs a delivery for the spool. Its keys are hidden in the envelope: the spool itself detects no duplicates and has no lanes,
 * because the database decides both. Its lease is dropped, because nobody handles it before it is shipped.
 */
export function toSpooled(delivery: NewDelivery): NewDelivery {
	const { id, route, kind, receivedAt, body, leaseMs: _, ...rest } = delivery;
	return {
		id,
		route,
		kind,
		receivedAt,
		body,
		envelope: JSON.stringify(rest),
		dedupeKey: undefined,
		orderKey: undefined,
		state: "received",
		reason: undefined,
	};
}

/**
 * Unpacks a delivery of the spool. The time that it has waited counts towards its delay. Throws INTERNAL for a delivery that
 * `toSpooled` did not pack.
 *
 * @param now milliseconds since the epoch
 */
export function fromSpooled(
	{ id, route, kind, receivedAt, envelope, body }: Spooled,
	now: number,
): NewDelivery {
	const packed = parse(envelope);
	if (packed === undefined || body === undefined)
		throw new HookError("INTERNAL", `the spool cannot read its event ${id}`);
	const waitedMs = Math.max(0, now - receivedAt);
	const { children } = packed;
	return {
		...shorten(packed, waitedMs),
		...{ id, route, kind, receivedAt, body },
		...(children && {
			children: children.map((child) => shorten(child, waitedMs)),
		}),
	};
}

// --- helpers ---

/** Takes the time that a delivery has waited from its delay. */
function shorten<Part extends Pick<NewDelivery, "delayMs">>(
	part: Part,
	waitedMs: number,
): Part {
	const { delayMs } = part;
	return delayMs === undefined
		? part
		: { ...part, delayMs: Math.max(0, delayMs - waitedMs) };
}

type Packed = Omit<
	NewDelivery,
	"id" | "route" | "kind" | "receivedAt" | "body"
>;

function toChild({ orderKey, ...child }: Child): Child {
	return { ...child, orderKey };
}

/** JSON has no `undefined`, so absent keys are put back. */
function parse(text: string): Packed | undefined {
	try {
		const value: unknown = JSON.parse(text);
		if (!isRecord(value) || typeof value.envelope !== "string")
			return undefined;
		const packed = value as unknown as Packed;
		const { dedupeKey, orderKey, reason } = packed;
		const children = packed.children?.map(toChild);
		return { ...packed, dedupeKey, orderKey, reason, children };
	} catch {
		return undefined;
	}
}
