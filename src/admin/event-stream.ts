import { type Feed, type FeedEvent, toShown } from "../observe/feed.ts";
import { createEventBudget, type EventBudget } from "./event-budget.ts";
import { EVERYTHING, type EventFilter } from "./event-filter.ts";
import { createFanOut, type FanOutOptions } from "./stream/fan-out.ts";

/** Which events a client wants. */
export interface StreamOptions {
	/** Default: all events. */
	readonly filter?: EventFilter;
	/** The id of the last event that the client got. */
	readonly lastId?: string | undefined;
	/** Aborts when the client disconnects. */
	readonly signal: AbortSignal;
}

/** Streams the events of a router to many clients. */
export interface EventStream {
	/** Returns server-sent events (HTML standard, section 9.2), until the signal aborts. Throws `unavailable` beyond 100 clients. */
	stream(options: StreamOptions): AsyncIterable<string>;
	/** The number of clients. */
	readonly clients: number;
}

export interface EventStreamOptions extends FanOutOptions {
	/** Creates the limits of one client, which hold for the events that it wants. Default: the default limits. */
	readonly createBudget?: () => EventBudget;
}

/** Creates the stream of a feed. It keeps the latest 5,000 events, unless `kept` is another number. */
export function createEventStream(
	feed: Pick<Feed, "watch">,
	{ createBudget = createEventBudget, ...options }: EventStreamOptions = {},
): EventStream {
	const fanOut = createFanOut<FeedEvent>(
		{
			watch: feed.watch,
			write: (event, id) =>
				`id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(toShown(event))}\n\n`,
		},
		{ kept: 5000, ...options },
	);
	return {
		stream: ({ filter = EVERYTHING, lastId, signal }) =>
			fanOut.stream({
				...{ lastId, signal },
				wants: filter.wants,
				wantsAll: filter.isOpen,
				admits: createBudget().admits,
			}),
		get clients() {
			return fanOut.clients;
		},
	};
}
