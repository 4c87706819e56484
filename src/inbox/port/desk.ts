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

/** The desk: everything that people, commands and the upkeep do with deliveries that are kept. */
export interface Desk {
	get(id: string): Promise<DeliveryDetail | undefined>;
	/** Returns those whose id begins with a text, at most `max`, the oldest first. Finds them by an index, however many are kept. */
	find(prefix: string, max: number): Promise<readonly DeliveryRow[]>;
	/**
	 * Returns those that fit and changed at a time (milliseconds since the epoch, as `updatedAt`) or after, at most `max`, in the order of
	 * their change. Cheap enough to be asked every second.
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
	/** Makes dead or delivered ones due again, where they were in the order of their key. Returns how many. */
	replay(selection: Selection): Promise<number>;
	/**
	 * Lets a quarantined one through: it becomes `received`, under the given route and keys. Returns false where the
	 * dedupe key is taken or the delivery is no longer quarantined.
	 */
	release(id: string, as: Released): Promise<boolean>;
	/** Removes deliveries that nobody works on: never a leased one. Returns how many. */
	drop(selection: Selection): Promise<number>;
	stats(): Promise<InboxStats>;
	/** Removes what is past its retention, and finished deliveries where the room is nearly full; never unfinished work. Returns how many. */
	prune(rules: PruneRules): Promise<number>;

	/** Returns the deliveries whole, oldest first. */
	export(filter: DeliveryFilter): AsyncIterable<ExportedDelivery>;
	/** Adds exported deliveries, in order; leased ones as `received`. A known id changes nothing. Returns how many were new. */
	import(batch: readonly ExportedDelivery[]): Promise<number>;
}

/** The route and keys that a released delivery gets. */
export interface Released {
	readonly route: string;
	readonly kind: string;
	readonly dedupeKey: string | undefined;
	readonly orderKey: string | undefined;
}
