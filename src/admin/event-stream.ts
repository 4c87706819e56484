import { randomBytes } from "node:crypto";
import { type Feed, type FeedEvent, toShown } from "../observe/feed.ts";
import { createEventBudget, type EventBudget } from "./event-budget.ts";
import { EVERYTHING, type EventFilter } from "./event-filter.ts";
import { AdminProblem } from "./problem.ts";

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

export interface EventStreamOptions {
	/** The number of events that are kept for clients that come back. Default 5,000. */
	readonly kept?: number;
	/** The number of events that wait for one client. A slower client loses the oldest of them. Default 1,000. */
	readonly buffered?: number;
	/** Creates the limits of one client, which hold for the events that it wants. Default: the default limits. */
	readonly createBudget?: () => EventBudget;
	/** Milliseconds after a chunk in which further events are gathered for the next one. Default 50. */
	readonly gatherMs?: number;
	/** Calls back once, after milliseconds. Returns the function that cancels it. Default: setTimeout, without keeping the process alive. */
	readonly defer?: Defer;
}

/** Calls back once, after milliseconds. Returns the function that cancels it. */
export type Defer = (callback: () => void, ms: number) => () => void;

/**
 * Creates the stream of a feed. It watches the feed only while it has clients, and for a minute after the last one left, so that
 * a client that comes back misses nothing.
 */
export function createEventStream(
	feed: Pick<Feed, "watch">,
	{
		kept = 5000,
		buffered = 1000,
		createBudget = createEventBudget,
		gatherMs = 50,
		defer = deferWithTimer,
	}: EventStreamOptions = {},
): EventStream {
	const history = new History(kept);
	const clients = new Set<Client>();
	let unwatch: (() => void) | undefined;
	let cancelRest: (() => void) | undefined;
	const enter = (client: Client): void => {
		clients.add(client);
		cancelRest?.();
		cancelRest = undefined;
		unwatch ??= feed.watch((event) => {
			const entry = history.add(event);
			for (const one of clients) one.offer(entry);
		});
	};
	const leave = (client: Client): void => {
		clients.delete(client);
		if (clients.size > 0 || cancelRest !== undefined) return;
		cancelRest = defer(() => {
			cancelRest = undefined;
			unwatch?.();
			unwatch = undefined;
			// What happens from now on is not seen, so no later event continues from the kept ones.
			history.restart();
		}, REST_MS);
	};
	return {
		stream(options) {
			if (clients.size >= CLIENTS_MAX) {
				throw new AdminProblem(
					"unavailable",
					`There are ${CLIENTS_MAX} clients of the stream already. Close one.`,
				);
			}
			return run(options);
		},
		get clients() {
			return clients.size;
		},
	};

	async function* run(options: StreamOptions): AsyncGenerator<string> {
		const client = new Client(options, createBudget(), buffered);
		enter(client);
		try {
			client.begin(history.since(options.lastId));
			yield `retry: ${RETRY_MS}\n\n`;
			while (!options.signal.aborted) {
				const text = client.take();
				if (text === "") await client.wait(defer);
				// A comment shows a client and its proxies that the connection lives.
				yield text === "" ? client.take() || ": \n\n" : text;
				await client.gather(defer, gatherMs);
			}
		} finally {
			leave(client);
		}
	}
}

// --- helpers ---

/** How long a browser waits before it connects again. */
const RETRY_MS = 2000;
const REST_MS = 60_000;
const HEARTBEAT_MS = 15_000;

/** Fewer than the connections of the listener, so that a request is always answered. */
const CLIENTS_MAX = 100;

/** Events that are sent in one chunk. */
const CHUNK_EVENTS = 100;

function deferWithTimer(callback: () => void, ms: number): () => void {
	const timer = setTimeout(callback, ms).unref();
	return () => clearTimeout(timer);
}

/** An event with its number. Its text is written once for all clients. */
class Entry {
	readonly event: FeedEvent;
	readonly number: number;
	readonly #epoch: string;
	#text: string | undefined;

	constructor(event: FeedEvent, epoch: string, number: number) {
		this.event = event;
		this.number = number;
		this.#epoch = epoch;
	}

	get text(): string {
		this.#text ??= `id: ${this.#epoch}-${this.number}\nevent: ${this.event.type}\ndata: ${JSON.stringify(toShown(this.event))}\n\n`;
		return this.#text;
	}
}

/** The events that a client missed. `skipped` is undefined if their number is not known. */
interface Missed {
	readonly entries: readonly Entry[];
	readonly skipped: number | undefined;
}

const NOTHING: Missed = { entries: [], skipped: 0 };

/** The latest events. Their ids have the number of the span without a gap, so that ids of another span are recognized. */
class History {
	readonly #kept: number;
	#entries: Entry[] = [];
	#next = 1;
	#epoch = newEpoch();

	constructor(kept: number) {
		this.#kept = kept;
	}

	add(event: FeedEvent): Entry {
		const entry = new Entry(event, this.#epoch, this.#next++);
		this.#entries.push(entry);
		// Trimmed in blocks, because `shift` would move all of them for each event.
		if (this.#entries.length >= 2 * this.#kept) {
			this.#entries = this.#entries.slice(-this.#kept);
		}
		return entry;
	}

	since(lastId: string | undefined): Missed {
		if (lastId === undefined) return NOTHING;
		const [epoch, digits = ""] = lastId.split("-");
		const number = Number(digits);
		if (epoch !== this.#epoch || !/^\d{1,15}$/.test(digits))
			return { entries: [], skipped: undefined };
		const entries = this.#entries
			.slice(-this.#kept)
			.filter((entry) => entry.number > number);
		const passed = this.#next - 1 - number;
		return { entries, skipped: Math.max(0, passed - entries.length) };
	}

	restart(): void {
		this.#entries = [];
		this.#epoch = newEpoch();
	}
}

function newEpoch(): string {
	return randomBytes(6).toString("hex");
}

/** One client, and the events that wait for it. */
class Client {
	readonly #signal: AbortSignal;
	readonly #filter: EventFilter;
	readonly #budget: EventBudget;
	readonly #max: number;
	#queue: Entry[] = [];
	/** Undefined for an unknown number. */
	#skipped: number | undefined = 0;
	#wake: (() => void) | undefined;
	/** The number of waiting events that wakes it. */
	#wakeAt = 1;

	constructor(
		{ signal, filter = EVERYTHING }: StreamOptions,
		budget: EventBudget,
		max: number,
	) {
		this.#signal = signal;
		this.#filter = filter;
		this.#budget = budget;
		this.#max = max;
	}

	begin({ entries, skipped }: Missed): void {
		// Nobody knows how many of the forgotten ones a filter would have let pass.
		const isKnown = skipped === 0 || this.#filter.isOpen;
		this.#skipped = isKnown ? skipped : undefined;
		for (const entry of entries)
			if (this.#filter.wants(entry.event)) this.#push(entry);
	}

	offer(entry: Entry): void {
		if (!this.#filter.wants(entry.event)) return;
		// Asked after the filter, so that a view of one route of a busy router gets all of its events.
		if (this.#budget.admits(entry.event)) this.#push(entry);
		else if (this.#skipped !== undefined) this.#skipped++;
	}

	/** Takes the next chunk. Empty if nothing waits. */
	take(): string {
		const skipped = this.#skipped;
		const entries = this.#queue.slice(0, CHUNK_EVENTS);
		this.#queue = this.#queue.slice(CHUNK_EVENTS);
		this.#skipped = 0;
		const notice =
			skipped === 0
				? ""
				: `event: skipped\ndata: ${JSON.stringify({ count: skipped ?? null })}\n\n`;
		return notice + entries.map(({ text }) => text).join("");
	}

	/** Resolves when an event waits, the client left, or a heartbeat is due. */
	wait(defer: Defer): Promise<void> {
		return this.#rest(defer, HEARTBEAT_MS, 1);
	}

	/**
	 * Resolves after a time, or when a whole chunk waits, or the client left. Under load a write of its own for each event would
	 * cost as much as the webhook.
	 */
	async gather(defer: Defer, ms: number): Promise<void> {
		const enough = Math.min(CHUNK_EVENTS, this.#max);
		if (ms > 0 && this.#queue.length < enough)
			await this.#rest(defer, ms, enough);
	}

	#push(entry: Entry): void {
		if (this.#queue.length >= this.#max) {
			// The newest events matter most to somebody who watches.
			const lost = Math.ceil(this.#max / 10);
			this.#queue = this.#queue.slice(lost);
			if (this.#skipped !== undefined) this.#skipped += lost;
		}
		this.#queue.push(entry);
		if (this.#queue.length >= this.#wakeAt) this.#wake?.();
	}

	async #rest(defer: Defer, ms: number, wakeAt: number): Promise<void> {
		const signal = this.#signal;
		if (signal.aborted) return;
		await new Promise<void>((resolve) => {
			const done = (): void => {
				cancel();
				signal.removeEventListener("abort", done);
				this.#wake = undefined;
				resolve();
			};
			const cancel = defer(done, ms);
			this.#wake = done;
			this.#wakeAt = wakeAt;
			signal.addEventListener("abort", done);
		});
	}
}
