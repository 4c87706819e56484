import { AdminProblem } from "../problem.ts";
import { Client, type Defer, HEARTBEAT } from "./client.ts";
import { History, type Missed } from "./history.ts";

/** The items of a stream, and how they are sent. */
export interface Source<T> {
	/** Calls back with each item. Returns the function that ends it. */
	watch(watcher: (item: T) => void): () => void;
	/** Writes an item as a server-sent event with this id (HTML standard, section 9.2). */
	write(item: T, id: string): string;
	/** Returns false for an item that is counted and sent to nobody. Default: all are sent. */
	admits?(item: T): boolean;
	/** The memory of an item in bytes. Default: items are not measured. */
	sizeOf?(item: T): number;
}

/** The bounds of a stream. */
export interface FanOutOptions {
	/** The number of items that are kept for clients that come back. Default 1,000. */
	readonly kept?: number;
	/** The number of items that wait for one client. A slower client loses the oldest of them. Default 1,000. */
	readonly buffered?: number;
	/** The size of both, by `sizeOf`. Default: no limit. */
	readonly maxBytes?: number;
	/** Milliseconds after a chunk in which further items are gathered for the next one. Default 50. */
	readonly gatherMs?: number;
	/** The maximum number of clients. Default 100. */
	readonly clientsMax?: number;
	/** Calls back once, after milliseconds. Returns the function that cancels it. Default: setTimeout, without keeping the process alive. */
	readonly defer?: Defer;
}

/** A client of a stream. */
export interface Receiver<T> {
	wants(item: T): boolean;
	/** False if `wants` refuses some items, so that nobody knows how many of the forgotten ones it would have taken. Default true. */
	readonly wantsAll?: boolean;
	/** Limits the new items that it wants. Those beyond the limit are counted. Default: no limit. */
	admits?(item: T): boolean;
	/** The id of the last item that the client got. */
	readonly lastId?: string | undefined;
	/** Aborts when the client disconnects. */
	readonly signal: AbortSignal;
	/** Begins with the missed items, or returns what the client gets first while new items gather. Default: the missed items. */
	begin?(
		client: Client<T>,
		missed: Missed<T>,
	): AsyncIterable<string> | undefined;
}

/** Sends items to many clients as server-sent events. */
export interface FanOut<T> {
	/** Returns server-sent events until the signal aborts. Throws `unavailable` beyond the maximum number of clients. */
	stream(receiver: Receiver<T>): AsyncIterable<string>;
	/** Counts items that were not made, because all clients would only count them. */
	skip(count: number): void;
	/** The number of clients. */
	readonly clients: number;
}

/**
 * Creates a stream. It watches its source only while it has clients, and for a minute after the last one left, so that a client
 * that comes back misses nothing.
 */
export function createFanOut<T>(
	source: Source<T>,
	options: FanOutOptions = {},
): FanOut<T> {
	return new Stream(source, { ...DEFAULTS, ...options });
}

// --- helpers ---

class Stream<T> implements FanOut<T> {
	readonly #source: Source<T>;
	readonly #options: Required<FanOutOptions>;
	readonly #sizeOf: (item: T) => number;
	readonly #history: History<T>;
	readonly #clients = new Set<Client<T>>();
	#unwatch: (() => void) | undefined;
	#cancelRest: (() => void) | undefined;

	constructor(source: Source<T>, options: Required<FanOutOptions>) {
		this.#source = source;
		this.#options = options;
		this.#sizeOf = source.sizeOf ?? (() => 0);
		this.#history = new History<T>({
			kept: options.kept,
			keptBytes: options.maxBytes,
			sizeOf: this.#sizeOf,
			write: source.write,
		});
	}

	get clients(): number {
		return this.#clients.size;
	}

	skip(count: number): void {
		this.#history.skip(count);
		for (const one of this.#clients) one.miss(count);
	}

	stream(receiver: Receiver<T>): AsyncIterable<string> {
		const { clientsMax } = this.#options;
		if (this.#clients.size >= clientsMax) {
			throw new AdminProblem(
				"unavailable",
				`There are ${clientsMax} clients of the stream already. Close one.`,
			);
		}
		return this.#run(receiver);
	}

	async *#run(receiver: Receiver<T>): AsyncGenerator<string> {
		const { buffered, maxBytes, defer, gatherMs } = this.#options;
		const { signal } = receiver;
		const client = new Client<T>({
			wants: (item) => receiver.wants(item),
			admits: receiver.admits?.bind(receiver),
			signal,
			max: buffered,
			maxBytes,
			sizeOf: this.#sizeOf,
		});
		this.#enter(client);
		try {
			const missed = this.#missedBy(receiver);
			if (receiver.begin === undefined) client.begin(missed);
			const first = receiver.begin?.(client, missed);
			yield `retry: ${RETRY_MS}\n\n`;
			if (first !== undefined) yield* first;
			while (!signal.aborted) {
				const text = client.take();
				if (text === "") await client.wait(defer);
				yield text === "" ? client.take() || HEARTBEAT : text;
				await client.gather(defer, gatherMs);
			}
		} finally {
			this.#leave(client);
		}
	}

	#missedBy({ lastId, wantsAll = true }: Receiver<T>): Missed<T> {
		const { entries, skipped } = this.#history.since(lastId);
		const isKnown = wantsAll || skipped === 0;
		return { entries, skipped: isKnown ? skipped : undefined };
	}

	#enter(client: Client<T>): void {
		this.#clients.add(client);
		this.#cancelRest?.();
		this.#cancelRest = undefined;
		this.#unwatch ??= this.#source.watch((item) => {
			if (this.#source.admits?.(item) === false) {
				this.#history.skip();
				for (const one of this.#clients) one.skip(item);
				return;
			}
			const entry = this.#history.add(item);
			for (const one of this.#clients) one.offer(entry);
		});
	}

	#leave(client: Client<T>): void {
		this.#clients.delete(client);
		if (this.#clients.size > 0 || this.#cancelRest !== undefined) return;
		this.#cancelRest = this.#options.defer(() => {
			this.#cancelRest = undefined;
			this.#unwatch?.();
			this.#unwatch = undefined;
			// What happens from now on is not seen, so no later item continues from the kept ones.
			this.#history.restart();
		}, REST_MS);
	}
}

/** How long a browser waits before it connects again. */
const RETRY_MS = 2000;
const REST_MS = 60_000;

/** Fewer than the connections of the listener, so that a request is always answered. */
const CLIENTS_MAX = 100;

function deferWithTimer(callback: () => void, ms: number): () => void {
	const timer = setTimeout(callback, ms).unref();
	return () => clearTimeout(timer);
}

const DEFAULTS: Required<FanOutOptions> = {
	kept: 1000,
	buffered: 1000,
	maxBytes: Number.POSITIVE_INFINITY,
	gatherMs: 50,
	clientsMax: CLIENTS_MAX,
	defer: deferWithTimer,
};
