import type {
	DeliveryDetail,
	DeliveryFilter,
	DeliveryPage,
	DeliveryRow,
	ExportedDelivery,
	InboxStats,
	PruneRules,
	Selection,
} from "./delivery.ts";

/** The desk: the operations of people, commands and maintenance on stored deliveries. */
export interface Desk {
	get(id: string): Promise<DeliveryDetail | undefined>;
	/**
	 * Returns at most `max` deliveries whose id begins with a text, oldest first. Uses an index, so the number of stored
	 * deliveries does not matter.
	 */
	find(prefix: string, max: number): Promise<readonly DeliveryRow[]>;
	/**
	 * Returns at most `max` matching deliveries that changed at or after a time (milliseconds since the epoch, as `updatedAt`),
	 * in the order of their change. Cheap enough to call every second.
	 */
	changes(
		filter: DeliveryFilter,
		since: number,
		max: number,
	): Promise<readonly DeliveryRow[]>;
	list(
		filter: DeliveryFilter,
		page: { readonly after?: string; readonly max: number },
	): Promise<DeliveryPage>;
	/** Makes dead or delivered ones due again, at their original position in the order of their key. Returns the number. */
	replay(selection: Selection): Promise<number>;
	/**
	 * Releases a quarantined delivery: it becomes `received`, with the given route and keys. Returns false if the dedupe key is
	 * taken or the delivery is no longer quarantined.
	 */
	release(id: string, as: Released): Promise<boolean>;
	/** Removes deliveries that are not leased. Returns the number. */
	drop(selection: Selection): Promise<number>;
	stats(): Promise<InboxStats>;
	/**
	 * Removes deliveries after their retention, and finished deliveries if the room is nearly full. Never removes unfinished
	 * work. Returns the number.
	 */
	prune(rules: PruneRules): Promise<number>;

	/** Returns complete deliveries, oldest first. */
	export(filter: DeliveryFilter): AsyncIterable<ExportedDelivery>;
	/** Adds exported deliveries in order, leased ones as `received`. Skips known ids. Returns the number of new ones. */
	import(batch: readonly ExportedDelivery[]): Promise<number>;
}

/** The route and keys that a released delivery gets. */
export interface Released {
	readonly route: string;
	readonly kind: string;
	readonly dedupeKey: string | undefined;
	readonly orderKey: string | undefined;
	/** Milliseconds from now until its first attempt. Default 0. */
	readonly delayMs?: number | undefined;
}
