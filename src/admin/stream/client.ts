import type { Entry, Missed } from "./history.ts";

/** Calls back once, after milliseconds. Returns the function that cancels it. */
export type Defer = (callback: () => void, ms: number) => () => void;

/** The items that wait for one client, and how many it has lost. */
export interface ClientOptions<T> {
	readonly wants: (item: T) => boolean;
	/** Limits the new items that it wants. Those beyond the limit are counted. Default: no limit. */
	readonly admits?: ((item: T) => boolean) | undefined;
	/** Aborts when the client disconnects. */
	readonly signal: AbortSignal;
	/** The number of items that wait for it. A slower client loses the oldest of them. */
	readonly max: number;
	/** The size of those items by `sizeOf`. */
	readonly maxBytes: number;
	readonly sizeOf: (item: T) => number;
}

/** One client, and the items that wait for it. */
export class Client<T> {
	readonly #options: ClientOptions<T>;
	#queue: Entry<T>[] = [];
	#bytes = 0;
	/** Undefined for an unknown number. */
	#skipped: number | undefined = 0;
	#isKnown: (item: T) => boolean = () => false;
	#wake: (() => void) | undefined;
	/** The number of waiting items that wakes it. */
	#wakeAt = 1;

	constructor(options: ClientOptions<T>) {
		this.#options = options;
	}

	/** True if items were lost since they were told last. */
	get hasLost(): boolean {
		return this.#skipped !== 0;
	}

	begin({ entries, skipped }: Missed<T>): void {
		this.#skipped = skipped;
		// They have been sent once already, so no limit holds.
		for (const entry of entries)
			if (this.#options.wants(entry.item)) this.#push(entry);
	}

	/** Forgets what waits for it and what it lost, because the client gets both in another way. */
	restart(): void {
		this.#queue = [];
		this.#bytes = 0;
		this.#skipped = 0;
	}

	/** Leaves out the items that the client has got in another way, now and from now on. */
	omit(isKnown: (item: T) => boolean): void {
		this.#isKnown = isKnown;
		this.#queue = this.#queue.filter(({ item }) => !isKnown(item));
		this.#bytes = this.#sizeOf(this.#queue);
	}

	offer(entry: Entry<T>): void {
		const { wants, admits } = this.#options;
		if (!wants(entry.item) || this.#isKnown(entry.item)) return;
		// Asked after the filter, so that a view of one route of a busy router gets all of its events.
		if (admits === undefined || admits(entry.item)) this.#push(entry);
		else this.miss(1);
	}

	/** Counts an item that is not sent. */
	skip(item: T): void {
		if (this.#options.wants(item)) this.miss(1);
	}

	/** Counts items that it wants and does not get. */
	miss(count: number): void {
		if (this.#skipped !== undefined) this.#skipped += count;
	}

	/** Takes the next chunk. Empty if nothing waits. */
	take(): string {
		const skipped = this.#skipped;
		const entries = this.#queue.slice(0, CHUNK_ITEMS);
		this.#queue = this.#queue.slice(CHUNK_ITEMS);
		this.#bytes -= this.#sizeOf(entries);
		this.#skipped = 0;
		const notice = skipped === 0 ? "" : skippedNotice(skipped);
		return notice + entries.map(({ text }) => text).join("");
	}

	/** Resolves when an item waits, the client left, or a heartbeat is due. */
	wait(defer: Defer): Promise<void> {
		return this.#rest(defer, HEARTBEAT_MS, 1);
	}

	/**
	 * Resolves after a time, or when a whole chunk waits, or the client left. Under load a write of its own for each event would
	 * cost as much as the webhook.
	 */
	async gather(defer: Defer, ms: number): Promise<void> {
		const enough = Math.min(CHUNK_ITEMS, this.#options.max);
		if (ms > 0 && this.#queue.length < enough)
			await this.#rest(defer, ms, enough);
	}

	#push(entry: Entry<T>): void {
		const { max, maxBytes, sizeOf } = this.#options;
		if (this.#queue.length >= max) this.#lose(Math.ceil(max / 10));
		this.#queue.push(entry);
		this.#bytes += sizeOf(entry.item);
		while (this.#bytes > maxBytes && this.#queue.length > 1)
			this.#lose(Math.ceil((this.#queue.length - 1) / 10));
		if (this.#queue.length >= this.#wakeAt) this.#wake?.();
	}

	/** The newest items matter most to somebody who watches. */
	#lose(count: number): void {
		const lost = this.#queue.splice(0, count);
		this.#bytes -= this.#sizeOf(lost);
		this.miss(lost.length);
	}

	#sizeOf(entries: readonly Entry<T>[]): number {
		const { sizeOf } = this.#options;
		return entries.reduce((sum, { item }) => sum + sizeOf(item), 0);
	}

	async #rest(defer: Defer, ms: number, wakeAt: number): Promise<void> {
		const { signal } = this.#options;
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

/** Says how many items a client missed. Undefined for an unknown number. */
export function skippedNotice(count: number | undefined): string {
	return `event: skipped\ndata: ${JSON.stringify({ count: count ?? null })}\n\n`;
}

/** A comment shows a client and its proxies that the connection lives. */
export const HEARTBEAT = ": \n\n";

// --- helpers ---

const HEARTBEAT_MS = 15_000;

/** Items that are sent in one chunk. */
const CHUNK_ITEMS = 100;
