import { budgetOf } from "../inbox/doubt.ts";
import type { InboxStore, NewDelivery } from "../inbox/store.ts";

/** How much an inbox may hold. */
export interface Bounds {
	/** Unfinished deliveries. */
	readonly maxBacklog: number;
	/** Of each budget of the quarantine. */
	readonly quarantine: { readonly maxCount: number; readonly maxBytes: number };
}

/**
 * Says why there is no room for a delivery; undefined where there is. What was refused at the door makes its own room. What was
 * admitted to quarantine never gives way, so that a full budget refuses the next: the platform keeps that one.
 */
export function noRoomFor(
	{ route, state, quarantine }: NewDelivery,
	store: Pick<InboxStore, "backlog" | "fill">,
	bounds: Bounds,
): string | undefined {
	const { maxBacklog } = bounds;
	if (state === "quarantined") {
		if (budgetOf(quarantine?.doubts ?? []) === "door") return undefined;
		const { maxCount, maxBytes } = bounds.quarantine;
		const { count, bytes } = store.fill(route).admitted;
		return count >= maxCount || bytes >= maxBytes
			? `${count} deliveries of ${bytes} bytes are in quarantine although they were admitted, and \`inbox.quarantine\` allows no more: release or drop some`
			: undefined;
	}
	return store.backlog() >= maxBacklog
		? `the inbox holds ${maxBacklog} unfinished deliveries, and \`inbox.maxBacklog\` allows no more`
		: undefined;
}
