import { HookError } from "../../errors.ts";
import type { StoreOptions } from "../port/store.ts";
import { FillView } from "./fill.ts";
import {
	type ArgumentsOf,
	Link,
	type LinkEvents,
	type ValueOf,
} from "./link.ts";
import type { ThreadData } from "./messages.ts";
import type { Operations } from "./operations.ts";

/** What a session works with. */
export interface SessionOptions {
	readonly data: Omit<ThreadData, "now">;
	/** Milliseconds since the epoch. */
	readonly clock: () => number;
	/** Milliseconds between looks whether another process wrote; undefined never looks. */
	readonly pollMs: number | undefined;
	readonly onEvicted?: StoreOptions["onEvicted"];
	/** Starts a thread; default the one of this folder. */
	readonly start?: (
		data: ThreadData,
		events: LinkEvents,
	) => Promise<ThreadLink>;
}

/** What a session needs of its link. */
export type ThreadLink = Pick<Link, "isDead" | "ask" | "close">;

/** The conversation with the thread of one file: asks, listens, and starts the thread anew should it ever die. */
export class Session {
	readonly #options: SessionOptions;
	readonly #listeners = new Set<(routes: readonly string[]) => void>();
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

	/** How full the file is, as the last answer said. */
	readonly fill = new FillView();

	/** Calls back with routes that may have work. Returns how to stop. */
	listen(listener: (routes: readonly string[]) => void): () => void {
		const own = (routes: readonly string[]) => listener(routes);
		this.#listeners.add(own);
		return () => this.#listeners.delete(own);
	}

	/** Has the thread do it; rejects with INBOX_UNAVAILABLE. */
	async ask<Name extends keyof Operations>(
		name: Name,
		args: ArgumentsOf<Name>,
		transfer?: readonly ArrayBuffer[],
	): Promise<ValueOf<Name>> {
		try {
			if (this.#isClosed) throw new Error("it was closed");
			const link = await this.#liveLink();
			return await link.ask(name, args, this.#now(), transfer);
		} catch (error) {
			const { message } = error as Error;
			throw new HookError(
				"INBOX_UNAVAILABLE",
				`inbox ${this.file}: ${message}`,
				{ cause: error },
			);
		}
	}

	/** Ends the thread after all that was asked for. */
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
		// The new thread tells of the routes that it finds, and nothing of others.
		this.fill.clear();
		const data = { ...this.#options.data, now: this.#now() };
		const { start = Link.start } = this.#options;
		return start(data, {
			onFill: (report) => this.fill.take(report),
			onEvicted: (evicted) => this.#options.onEvicted?.(evicted),
			onRoutes: (routes) => {
				for (const listener of this.#listeners) listener(routes);
			},
		});
	}

	async #liveLink(): Promise<ThreadLink> {
		const current = this.#link;
		const link = await current.catch(() => undefined);
		if (link !== undefined && !link.isDead) return link;
		// Only the first who sees it starts another one.
		if (this.#link === current) {
			this.#link = this.#start();
			// Whoever awaits it hears why it failed.
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
			// A fault shows in the next put; here nobody waits for an answer.
			this.ask("poll", [])
				.catch(() => {})
				.finally(() => {
					isUnderWay = false;
				});
		}, pollMs);
		this.#poll.unref();
	}
}
