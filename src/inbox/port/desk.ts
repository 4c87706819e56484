import type {
	ActionName,
	ContentPage,
	DeliveryDetail,
	DeliveryFilter,
	DeliveryPage,
	DeliveryRow,
	Dropped,
	ExportedDelivery,
	InboxStats,
	Note,
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
	/** Returns the children of deliveries, in the order of their ids. Uses the same index as `find`. */
	children(parents: readonly string[]): Promise<readonly DeliveryRow[]>;
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
	/**
	 * Returns a part of the matching deliveries with their content, newest first. A part has a limited size, and examines a
	 * limited number of deliveries.
	 */
	scan(filter: DeliveryFilter, after?: string): Promise<ContentPage>;
	/**
	 * Makes dead or delivered ones due again, at their original position in the order of their key. Returns the number.
	 *
	 * @param note stored with each of them. Undefined stores nothing
	 */
	replay(selection: Selection, note?: Note): Promise<number>;
	/**
	 * Releases a quarantined delivery: it becomes `received`, with the given route and keys. Returns false if the dedupe key is
	 * taken or the delivery is no longer quarantined.
	 */
	release(id: string, as: Released, note?: Note): Promise<boolean>;
	/** Stores that somebody did something with a delivery. Returns false if the inbox does not hold it. */
	note(id: string, action: ActionName, note: Note): Promise<boolean>;
	/**
	 * Removes everything that a webhook contained from deliveries that are not leased: body, envelope, answer, keys, and the
	 * texts of failures. Rows, states and counts stay, and so does a hash of the dedupe key, so that a repetition is still known.
	 * An unfinished delivery becomes dead, because its event is gone. Returns the ids.
	 */
	redact(ids: readonly string[], note: Note): Promise<readonly string[]>;
	/** Removes the entries of plugin state for which `isMatch` returns true. Returns the number. */
	redactState(
		isMatch: (key: string, value: string) => boolean,
	): Promise<number>;
	/**
	 * Overwrites what removed content has left in the files of the engine, as far as the engine can. Returns the reason why
	 * something may be left, or undefined.
	 */
	scrub(): Promise<string | undefined>;
	/**
	 * Removes deliveries that are not leased. Returns the number.
	 *
	 * @param note remembered with the id and the route of the latest `DROPPED_MAX`. Undefined remembers nothing
	 */
	drop(selection: Selection, note?: Note): Promise<number>;
	/** Returns a dropped delivery whose id begins with a text, with its latest drop. Undefined if none is remembered. */
	dropped(prefix: string): Promise<Dropped | undefined>;
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
