import type { NewDelivery } from "./queue.ts";

/**
 * Returns the id of a child. It begins with the id of its parent, so that an index by id finds the children of a delivery, and
 * depends on nothing but the name of its route, so that a second fan-out makes no second child.
 */
export function childIdOf(parent: string, route: string): string {
	// The part after the slash is unique among the targets of a route. A dot would be ambiguous in a signature by Standard Webhooks.
	const name = route.slice(route.lastIndexOf("/") + 1);
	return `${parent}${MARK}${name.replaceAll(".", MARK)}`;
}

/** Returns the id of the parent. Undefined for an id of a delivery that is not a child. */
export function parentIdOf(id: string): string | undefined {
	const at = id.indexOf(MARK);
	return at === -1 ? undefined : id.slice(0, at);
}

/** Returns the text that the ids of all children of a delivery begin with, and no other id. */
export function childPrefixOf(parent: string): string {
	return `${parent}${MARK}`;
}

/** Returns children as deliveries, with the webhook of their parent. */
export function childrenOf({
	children,
	receivedAt,
	envelope,
	body,
}: Pick<
	NewDelivery,
	"children" | "receivedAt" | "envelope" | "body"
>): readonly NewDelivery[] {
	if (children === undefined) return NONE;
	return children.map(({ id, route, kind, orderKey, delayMs }) => ({
		id,
		route,
		kind,
		receivedAt,
		dedupeKey: undefined,
		orderKey,
		state: "received",
		reason: undefined,
		envelope,
		body,
		delayMs,
	}));
}

// --- helpers ---

/** In no UUID, and in no name of a route. */
const MARK = "~";

const NONE: readonly NewDelivery[] = [];
