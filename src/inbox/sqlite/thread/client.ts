import type { Worker, WorkerOptions } from "node:worker_threads";
import { HookError } from "../../../errors.ts";
import { startThread } from "../../../start-thread.ts";
import { InboxOpenError } from "../../port/open-error.ts";
import type { Commit, Evicted, StoreOptions } from "../../port/store.ts";
import { TransientMap } from "../../worker/transient-map.ts";
import { type FillReport, FillView } from "../tally.ts";
import { monotonicMs } from "./monotonic.ts";
import {
	type ArgumentsOf,
	buffersOf,
	CROSSINGS,
	type Fault,
	type OperationName,
	type Request,
	type Response,
	type ThreadData,
	type ValueOf,
} from "./wire.ts";

/** The options of a session. */
export interface SessionOptions {
	readonly data: Omit<ThreadData, "now" | "nowAt">;
	/** Milliseconds since the epoch. */
	readonly clock: () => number;
	/** The milliseconds between checks whether another process wrote. Undefined never checks. */
	readonly pollMs: number | undefined;
	readonly onCommit?: StoreOptions["onCommit"];
	readonly onEvicted?: StoreOptions["onEvicted"];
	/** Starts a thread. Default: the thread of this folder. */
	readonly start?: (
		data: ThreadData,
		events: LinkEvents,
	) => Promise<ThreadLink>;
}

/** The part of a link that a session uses. */
export type ThreadLink = Pick<Link, "isDead" | "ask" | "close">;

/** Communicates with the thread of one file: sends requests, receives reports, and restarts the thread if it dies. */
export class Session {
	readonly #options: SessionOptions;
	readonly #listeners = new Set<(routes: readonly string[]) => void>();
	readonly #pauseListeners = new Set<() => void>();
	#link: Promise<ThreadLink>;
	#poll: NodeJS.Timeout | undefined;
	#isClosed = false;

	private constructor(options: SessionOptions) {
		this.#options = options;
		this.#link = this.#start();
	}

	/** Rejects with InboxOpenError. */
	static async open(options: SessionOptions): Promise<Session> {
		const session = new Session(options);
		await session.#link;
		session.#startPolling();
		return session;
	}

	/** Absolute path. */
	get file(): string {
		return this.#options.data.file;
	}

	/** The fill level of the file, as of the last answer. */
	readonly fill = new FillView();

	/** Calls back with routes that may have work. Returns a function that stops it. */
	listen(listener: (routes: readonly string[]) => void): () => void {
		const own = (routes: readonly string[]) => listener(routes);
		this.#listeners.add(own);
		return () => this.#listeners.delete(own);
	}

	/** Calls back when pauses changed. Returns a function that stops it. */
	listenForPauses(listener: () => void): () => void {
		const own = () => listener();
		this.#pauseListeners.add(own);
		return () => this.#pauseListeners.delete(own);
	}

	/** Lets the thread run an operation. Rejects with INBOX_UNAVAILABLE. */
	async ask<Name extends OperationName>(
		name: Name,
		args: ArgumentsOf<Name>,
	): Promise<ValueOf<Name>> {
		const { packArgs, unpackValue } = CROSSINGS[name] ?? {};
		try {
			if (this.#isClosed) throw new Error("it was closed");
			const link = await this.#liveLink();
			const value = await link.ask(name, packArgs?.(args) ?? args, this.#now());
			// The thread answers as `Operations` says, and packs as CROSSINGS says.
			return unpackValue?.(value, args) ?? (value as ValueOf<Name>);
		} catch (error) {
			const { message } = error as Error;
			throw new HookError(
				"INBOX_UNAVAILABLE",
				`inbox ${this.file}: ${message}`,
				{ cause: error },
			);
		}
	}

	/** Ends the thread after all requests. */
	async close(): Promise<void> {
		this.#isClosed = true;
		clearInterval(this.#poll);
		const link = await this.#link.catch(() => undefined);
		await link?.close();
	}

	#now(): number {
		return Math.round(this.#options.clock());
	}

	#start(): Promise<ThreadLink> {
		// The new thread reports all routes that it finds, and forgets the others.
		this.fill.clear();
		const now = this.#now();
		const data = { ...this.#options.data, now, nowAt: monotonicMs() };
		const { start = Link.start } = this.#options;
		return start(data, {
			onFill: (report) => this.fill.take(report),
			onEvicted: (evicted) => this.#options.onEvicted?.(evicted),
			onCommit: (commit) => this.#options.onCommit?.(commit),
			onRoutes: (routes) => {
				for (const listener of this.#listeners) listener(routes);
			},
			onPauses: () => {
				for (const listener of this.#pauseListeners) listener();
			},
		});
	}

	async #liveLink(): Promise<ThreadLink> {
		const current = this.#link;
		const link = await current.catch(() => undefined);
		if (link !== undefined && !link.isDead) return link;
		// Only the first caller that notices it starts another thread.
		if (this.#link === current) {
			this.#link = this.#start();
			// The caller that awaits it gets the reason of the failure.
			this.#link.catch(() => {});
		}
		return this.#link;
	}

	#startPolling(): void {
		const { pollMs } = this.#options;
		if (pollMs === undefined) return;
		let isUnderWay = false;
		this.#poll = setInterval(() => {
			if (isUnderWay) return;
			isUnderWay = true;
			// A fault appears at the next put. Nobody waits for an answer here.
			this.ask("poll", [])
				.catch(() => {})
				.finally(() => {
					isUnderWay = false;
				});
		}, pollMs);
		this.#poll.unref();
	}
}

/** Receives the reports of the thread besides answers. */
export interface LinkEvents {
	onFill(report: FillReport): void;
	onEvicted(evicted: readonly Evicted[]): void;
	onCommit(commit: Commit): void;
	onRoutes(routes: readonly string[]): void;
	onPauses(): void;
}

/** The main thread's side of the file's thread. The process stays alive while an answer is awaited, but not for the thread alone. */
export class Link {
	readonly #worker: Worker;
	readonly #events: LinkEvents;
	#waiting = new TransientMap<number, Waiting>();
	readonly #ended: Promise<void>;
	#lastId = 0;
	#fault: Error | undefined;

	private constructor(worker: Worker, events: LinkEvents) {
		this.#worker = worker;
		this.#events = events;
		worker.on("message", (response: Response) => this.#hear(response));
		worker.on("error", (error) => this.#fail(error));
		worker.on("messageerror", (error) => this.#fail(error));
		this.#ended = new Promise((resolve) => {
			worker.on("exit", () => {
				this.#fail(new Error("the thread of the inbox has ended"));
				resolve();
			});
		});
	}

	/** Starts the thread. Rejects with InboxOpenError. */
	static async start(data: ThreadData, events: LinkEvents): Promise<Link> {
		const worker = startWorker({
			workerData: data,
			name: "switchhook inbox",
		});
		const link = new Link(worker, events);
		try {
			await link.#wait(0);
		} catch (error) {
			// The process must stay alive until the thread has exited and its reason is reported, and for no other reason.
			worker.ref();
			await link.#ended;
			const { message, isExplained } = error as Error & Partial<Fault>;
			throw new InboxOpenError(
				isExplained ? message : `${data.file} cannot be opened (${message})`,
				{ cause: error },
			);
		}
		return link;
	}

	/** True once the thread is gone. */
	get isDead(): boolean {
		return this.#fault !== undefined;
	}

	/** Requests an operation with packed arguments. Rejects with the thread's error, as a plain error. */
	ask(
		name: OperationName,
		args: readonly unknown[],
		now: number,
	): Promise<unknown> {
		return this.#post(name, args, now);
	}

	/** Ends the thread after all requests. */
	async close(): Promise<void> {
		if (!this.isDead) await this.#post("close", [], 0);
		this.#worker.ref();
		await this.#ended;
	}

	#post(
		name: Request["name"],
		args: readonly unknown[],
		now: number,
	): Promise<unknown> {
		if (this.#fault !== undefined) return Promise.reject(this.#fault);
		const id = ++this.#lastId;
		const request: Request = { id, name, args, now };
		const answer = this.#wait(id);
		this.#worker.postMessage(request, buffersOf(args));
		return answer;
	}

	#wait(id: number): Promise<unknown> {
		if (this.#waiting.size === 0) this.#worker.ref();
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, { resolve, reject });
		});
	}

	#hear({ id, value, error, routes, fill, ...news }: Response): void {
		const { evicted, commit, pauses } = news;
		const waiting = this.#waiting.get(id);
		this.#waiting.delete(id);
		if (this.#waiting.size === 0) this.#worker.unref();
		if (fill.length > 0) this.#events.onFill(fill);
		if (evicted !== undefined) this.#events.onEvicted(evicted);
		if (commit !== undefined) this.#events.onCommit(commit);
		if (error === undefined) waiting?.resolve(value);
		else waiting?.reject(Object.assign(new Error(error.message), error));
		if (pauses === true) this.#events.onPauses();
		if (routes !== undefined) this.#events.onRoutes(routes);
	}

	#fail(error: Error): void {
		this.#fault ??= error;
		const waiting = [...this.#waiting.values()];
		this.#waiting = new TransientMap();
		for (const { reject } of waiting) reject(this.#fault);
	}
}

// --- helpers ---

/** Starts the file beside this one: compiled where this one is. */
function startWorker(given: WorkerOptions): Worker {
	const options: WorkerOptions = {
		...given,
		// Deliveries live only as long as a batch, so a large young generation would only hold garbage.
		resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
	};
	return startThread(new URL("./thread", import.meta.url), options);
}

const YOUNG_MB = 8;

interface Waiting {
	resolve(value: unknown): void;
	reject(error: unknown): void;
}
