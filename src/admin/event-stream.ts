import {
	type Feed,
	type FeedEvent,
	type Gate,
	toShown,
} from "../observe/feed.ts";
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
	/** Called when the first client with a filter comes, and when the last one has left. */
	readonly onFiltered?: (isFiltered: boolean) => void;
}

/** Creates the stream of a feed. It keeps the latest 5,000 events, unless `kept` is another number. */
export function createEventStream(
	feed: Pick<Feed, "watch">,
	{
		createBudget = createEventBudget,
		onFiltered = () => {},
		...options
	}: EventStreamOptions = {},
): EventStream {
	const clients = new Set<StreamClient>();
	let isFiltered = false;
	const noteFilters = (): void => {
		const was = isFiltered;
		isFiltered = [...clients].some(({ filter }) => !filter.isOpen);
		if (isFiltered !== was) onFiltered(isFiltered);
	};
	// Without clients, events are kept for those that come back, as many as one client would get.
	const kept = createBudget();
	const wants: Gate["wants"] = (type, at) => {
		if (clients.size === 0) return kept.admits({ type, at });
		for (const { filter, budget } of clients)
			if (!filter.isOpen || budget.hasRoom({ type, at })) return true;
		return false;
	};
	const fanOut = createFanOut<FeedEvent>(
		{
			watch: (watcher) =>
				feed.watch(watcher, { wants, skip: (count) => fanOut.skip(count) }),
			write: (event, id) =>
				`id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(toShown(event))}\n\n`,
		},
		{ kept: 5000, ...options },
	);
	return {
		stream({ filter = EVERYTHING, lastId, signal }) {
			const budget = createBudget();
			const stream = fanOut.stream({
				...{ lastId, signal },
				wants: filter.wants,
				wantsAll: filter.isOpen,
				admits: budget.admits,
			});
			const client = { filter, budget };
			if (signal.aborted) return stream;
			clients.add(client);
			noteFilters();
			signal.addEventListener("abort", () => {
				clients.delete(client);
				noteFilters();
			});
			return stream;
		},
		get clients() {
			return fanOut.clients;
		},
	};
}

// --- helpers ---

/** The parts that decide whether a client gets an event. */
interface StreamClient {
	readonly filter: EventFilter;
	readonly budget: EventBudget;
}
