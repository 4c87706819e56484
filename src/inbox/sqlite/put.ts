import type { NewDelivery, Receipt } from "../port/queue.ts";
import type { Evicted } from "../port/store.ts";
import type { Held } from "./leases.ts";
import type { Parts } from "./parts.ts";

/** What one put did, to be noted once it is committed. */
export interface Put {
	readonly receipts: readonly Receipt[];
	/** Routes that have new work. */
	readonly routes: ReadonlySet<string>;
	/** What was leased as it was put. */
	readonly held: readonly (readonly [id: string, held: Held])[];
	/** What gave way in quarantine. */
	readonly evicted: readonly Evicted[];
}

/** Puts a batch, inside a transaction of the caller; what is wanted is leased where nothing of its route waits. */
export function putAll(
	{ keep, leases, quarantine }: Pick<Parts, "keep" | "leases" | "quarantine">,
	batch: readonly NewDelivery[],
	now: number,
): Put {
	const held: (readonly [id: string, held: Held])[] = [];
	const routes = new Set<string>();
	const clear = new Map<string, boolean>();
	const isClear = (route: string): boolean => {
		// What waits since this batch began is before all that follows.
		if (routes.has(route)) return false;
		let known = clear.get(route);
		if (known === undefined) {
			known = leases.isClear(route, now);
			clear.set(route, known);
		}
		return known;
	};
	const receipts = batch.map((delivery): Receipt => {
		const { id, route, orderKey, leaseMs } = delivery;
		const isWanted = leaseMs !== undefined && isClear(route);
		const kept = keep.put(delivery, now, isWanted);
		const { seq } = kept;
		if (seq === undefined) return kept;
		if (kept.isLeased && leaseMs !== undefined)
			held.push([
				id,
				{
					seq,
					route,
					orderKey,
					attempt: 1,
					size: kept.size,
					until: now + leaseMs,
				},
			]);
		else if (delivery.state === "received") routes.add(route);
		return kept;
	});
	return { receipts, routes, held, evicted: quarantine.bound(now) };
}
