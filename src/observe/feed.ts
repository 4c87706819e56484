/**
 * An event of the running router, for people who watch it. Personal data is masked, except in `plainNumbers`. Each is plain
 * JSON, because a worker sends it to its supervisor.
 */
export type FeedEvent =
	| WebhookSeen
	| DeliverySeen
	| ReloadSeen
	| PauseSeen
	| AlertSeen
	| ActionSeen;

/** A webhook that was answered. One that a gate refused is a `refusal`. */
export interface WebhookSeen {
	readonly type: "webhook" | "refusal";
	/** Milliseconds since the epoch. */
	readonly at: number;
	/** In the log's words. */
	readonly outcome: string;
	readonly method: string;
	readonly path: string;
	readonly client: string;
	readonly status: number;
	/** Milliseconds until the answer. */
	readonly ms: number;
	readonly route?: string | undefined;
	readonly kind?: string | undefined;
	readonly level?: string | undefined;
	/** The number of the person, masked. Without one, the own number. */
	readonly number?: string | undefined;
	/** All numbers of the payload, at most `NUMBERS_MAX`. For filters only: `toShown` MUST remove them before anybody sees it. */
	readonly plainNumbers?: readonly string[] | undefined;
	/** The event's id. */
	readonly id?: string | undefined;
	/** The code of a refusal or failure. */
	readonly code?: string | undefined;
	readonly reason?: string | undefined;
}

/** Numbers that a seen webhook has at most. */
export const NUMBERS_MAX = 8;

/** Returns an event as people may see it. */
export function toShown(event: FeedEvent): FeedEvent {
	if (!("plainNumbers" in event)) return event;
	const { plainNumbers: _, ...shown } = event;
	return shown;
}

/** A delivery whose state changed: by an attempt, or by a person. */
export interface DeliverySeen {
	readonly type: "delivery";
	readonly at: number;
	readonly id: string;
	readonly route: string;
	readonly kind: string;
	/** `delivered`, `waiting`, `dead`, `returned`, or what a person did, such as `replayed`. */
	readonly outcome: string;
	/** Undefined if it was changed by a person. */
	readonly attempt?: number | undefined;
	readonly ms?: number | undefined;
	readonly retryInMs?: number | undefined;
	readonly reason?: string | undefined;
}

/** A reload of the configuration. */
export interface ReloadSeen {
	readonly type: "reload";
	readonly at: number;
	readonly outcome: "reloaded" | "refused" | "failed";
	readonly ms: number;
	readonly routes: number;
	/** The number of errors and warnings. */
	readonly errors: number;
	readonly warnings: number;
}

/** A route that was paused, or whose pause is over: by the API, by a command, or because its time had come. */
export interface PauseSeen {
	readonly type: "pause";
	readonly at: number;
	readonly route: string;
	readonly outcome: "paused" | "resumed";
	/** Milliseconds since the epoch, by the clock of the store. */
	readonly since: number;
	/** The planned end. Undefined if somebody has to resume the route. */
	readonly until?: number | undefined;
	readonly reason?: string | undefined;
}
/** A cause of an own event of the router. Several become one event. */
export interface AlertSeen {
	readonly type: "alert";
	readonly at: number;
	/** The kind of the event, such as `router.dead`. */
	readonly kind: string;
	/** The internal route that gets it. */
	readonly route: string;
	/** The number of causes. */
	readonly count: number;
	/** A sentence for a person. */
	readonly text: string;
}

/** A change that somebody made through the admin API. */
export interface ActionSeen {
	readonly type: "action";
	readonly at: number;
	/** The name of the token. */
	readonly actor: string;
	/** The id of the operation, such as `replayDelivery`. */
	readonly operation: string;
	/** The values of its path, such as the id of a delivery. */
	readonly params?: Readonly<Record<string, string>>;
}

/** Says for a watcher which events are worth building. */
export interface Gate {
	/** Returns false if it would only count an event of this type, at this time. */
	wants(type: FeedEvent["type"], at: number): boolean;
	/** Counts events that were not built, because no watcher wants them. */
	skip(count: number): void;
}

/** Passes events to those who watch. Without a watcher nothing is built: callers MUST ask `isWatched` first. */
export interface Feed {
	readonly isWatched: boolean;
	/**
	 * Returns true if a watcher wants an event of this type, at this time. Otherwise the event is counted. Code that builds an event for
	 * each webhook or attempt MUST ask.
	 */
	wants(type: FeedEvent["type"], at: number): boolean;
	publish(event: FeedEvent): void;
	/** Counts events that another process did not send. */
	skip(count: number): void;
	/**
	 * Calls back with each event. Returns the function that ends it. A watcher MUST NOT throw.
	 *
	 * @param gate default: it wants all events
	 */
	watch(watcher: (event: FeedEvent) => void, gate?: Gate): () => void;
}

/** Creates a feed without watchers. */
export function createFeed(): Feed {
	const watchers = new Set<Watcher>();
	const skip = (count: number): void => {
		for (const { gate } of watchers) gate?.skip(count);
	};
	return {
		get isWatched() {
			return watchers.size > 0;
		},
		wants(type, at) {
			for (const { gate } of watchers)
				if (gate?.wants(type, at) !== false) return true;
			skip(1);
			return false;
		},
		skip,
		publish(event) {
			for (const { take } of watchers) take(event);
		},
		watch(take, gate) {
			// The same function may watch twice.
			const own: Watcher = { take, gate };
			watchers.add(own);
			return () => void watchers.delete(own);
		},
	};
}

// --- helpers ---

interface Watcher {
	readonly take: (event: FeedEvent) => void;
	readonly gate: Gate | undefined;
}
