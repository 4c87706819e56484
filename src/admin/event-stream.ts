import type { Feed, FeedEvent } from "../observe/feed.ts";
import { createEventBudget, type EventBudget } from "./event-budget.ts";
import { createFanOut, type FanOutOptions } from "./stream/fan-out.ts";

/** Which events a client wants. */
export interface StreamOptions {
	/** Undefined for all. */
	readonly types?: ReadonlySet<string> | undefined;
	/** Undefined for all, and for events without a route. */
	readonly routes?: ReadonlySet<string> | undefined;
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
	/** Limits the events that are sent. Default: the default limits. */
	readonly budget?: EventBudget;
}

/** Creates the stream of a feed. */
export function createEventStream(
	feed: Pick<Feed, "watch">,
	{ budget = createEventBudget(), ...options }: EventStreamOptions = {},
): EventStream {
	const fanOut = createFanOut<FeedEvent>(
		{
			watch: feed.watch,
			admits: budget.admits,
			write: (event, id) =>
				`id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
		},
		options,
	);
	return {
		stream: ({ lastId, signal, ...wanted }) =>
			fanOut.stream({
				lastId,
				signal,
				wants: (event) => isWanted(event, wanted),
			}),
		get clients() {
			return fanOut.clients;
		},
	};
}

// --- helpers ---

function isWanted(
	event: FeedEvent,
	{ types, routes }: Pick<StreamOptions, "types" | "routes">,
): boolean {
	if (types !== undefined && !types.has(event.type)) return false;
	if (routes === undefined) return true;
	const route = "route" in event ? event.route : undefined;
	return route !== undefined && routes.has(route);
}
