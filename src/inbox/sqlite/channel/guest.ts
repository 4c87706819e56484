import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { resolve } from "node:path";
import { InboxOpenError } from "../../port/open-error.ts";
import type { InboxStore, StoreOptions } from "../../port/store.ts";
import { TransientMap } from "../../worker/transient-map.ts";
import { createStore } from "../store.ts";
import { type LinkEvents, Session, type ThreadLink } from "../thread/client.ts";
import { monotonicMs } from "../thread/monotonic.ts";
import type { OperationName, Request, Response } from "../thread/wire.ts";
import { FrameReader, writeFrame } from "./frames.ts";
import type { Welcome } from "./hub.ts";

/** The options of a guest. */
export interface GuestOptions {
	/** The path of the owner's socket. */
	readonly path: string;
	/** Milliseconds since the epoch. Default: the owner's clock. */
	readonly clock?: (() => number) | undefined;
	/** Milliseconds that a put waits for the disk, default 5000. */
	readonly putLimitMs?: number | undefined;
	/** Hears of the commits of its own puts, and of those that were written together with them. */
	readonly onCommit?: StoreOptions["onCommit"];
}

/**
 * Opens the inbox of a file that another process of this router owns. Rejects with InboxOpenError if the owner does not answer.
 * After the owner's thread was restarted the next call connects again.
 */
export async function openAsGuest(
	file: string,
	{ path, clock, putLimitMs, onCommit }: GuestOptions,
): Promise<InboxStore> {
	let base = Date.now() - monotonicMs();
	const session = await Session.open({
		data: {
			file: resolve(file),
			isOwner: true,
			mustExist: true,
			// The owner applies its bounds.
			quarantine: { maxCount: 0, maxBytes: 0 },
			maxBytes: undefined,
		},
		clock: clock ?? (() => base + monotonicMs()),
		// The owner looks for work of others, and tells all guests.
		pollMs: undefined,
		...(onCommit && { onCommit }),
		async start(_data, events) {
			const link = await GuestLink.connect(path, file, events);
			base = link.base;
			return link;
		},
	});
	return { ...createStore(session, { putLimitMs }), isShared: true };
}

// --- helpers ---

/** The guest's side of the channel: the same as a link to a thread, over a socket. */
class GuestLink implements ThreadLink {
	/** The difference between the owner's clock and the monotonic one: a worker's clock must not lag behind a pause. */
	readonly base: number;
	readonly #socket: Socket;
	#waiting = new TransientMap<number, Waiting>();
	#lastId = 0;
	#isCorked = false;
	#fault: Error | undefined;

	private constructor(socket: Socket, base: number) {
		this.#socket = socket;
		this.base = base;
	}

	/** Rejects with InboxOpenError. */
	static async connect(
		path: string,
		file: string,
		events: LinkEvents,
	): Promise<GuestLink> {
		const socket = connect(path);
		try {
			await once(socket, "connect");
			return await new Promise<GuestLink>((done, fail) => {
				let link: GuestLink | undefined;
				const reader = new FrameReader((value) => {
					const frame = value as Response | Welcome;
					if ("now" in frame) {
						link = new GuestLink(socket, frame.now - frame.nowAt);
						done(link);
					}
					if (link !== undefined) link.#hear(frame, events);
				});
				socket.on("data", (chunk: Buffer) => {
					try {
						reader.read(chunk);
					} catch (error) {
						socket.destroy(error as Error);
					}
				});
				const end = (error: Error): void => {
					if (link !== undefined) link.#fail(error);
					fail(error);
				};
				socket.on("error", end);
				socket.on("close", () => end(new Error(GONE)));
			});
		} catch (error) {
			socket.destroy();
			throw new InboxOpenError(
				`${file} cannot be used: ${(error as Error).message}`,
				{ cause: error },
			);
		}
	}

	get isDead(): boolean {
		return this.#fault !== undefined;
	}

	ask(
		name: OperationName,
		args: readonly unknown[],
		now: number,
	): Promise<unknown> {
		if (this.#fault !== undefined) return Promise.reject(this.#fault);
		const id = ++this.#lastId;
		if (this.#waiting.size === 0) this.#socket.ref();
		const answer = new Promise<unknown>((resolve, reject) => {
			this.#waiting.set(id, { resolve, reject });
		});
		this.#corkBriefly();
		writeFrame(this.#socket, { id, name, args, now } satisfies Request);
		return answer;
	}

	/**
	 * Sends the requests of one turn of the event loop in one write, because each wakes the owner: puts, and the settlements that
	 * the worker writes at the end of the same turn.
	 */
	#corkBriefly(): void {
		if (this.#isCorked) return;
		this.#isCorked = true;
		const socket = this.#socket;
		socket.cork();
		const uncork = (): void => {
			this.#isCorked = false;
			socket.uncork();
		};
		// The worker ends its turn in a `setImmediate` of its own, which may come after this one.
		setImmediate(() => setImmediate(uncork));
	}

	/** Disconnects. The session has awaited its answers. */
	async close(): Promise<void> {
		if (this.#socket.destroyed) return;
		const closed = once(this.#socket, "close");
		this.#socket.end();
		this.#socket.ref();
		await closed;
	}

	#hear({ id, fill, routes, ...rest }: Response, events: LinkEvents): void {
		const waiting = this.#waiting.get(id);
		this.#waiting.delete(id);
		if (this.#waiting.size === 0) this.#socket.unref();
		if (fill.length > 0) events.onFill(fill);
		const { error, value, commit, pauses } = rest;
		if (commit !== undefined) events.onCommit(commit);
		if (error === undefined) waiting?.resolve(value);
		else waiting?.reject(Object.assign(new Error(error.message), error));
		if (pauses === true) events.onPauses();
		if (routes !== undefined) events.onRoutes(routes);
	}

	#fail(error: Error): void {
		this.#fault ??= error;
		const waiting = [...this.#waiting.values()];
		this.#waiting = new TransientMap();
		for (const { reject } of waiting) reject(this.#fault);
	}
}

const GONE = "the process that owns the inbox closed the connection";

interface Waiting {
	resolve(value: unknown): void;
	reject(error: unknown): void;
}
