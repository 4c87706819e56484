import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";
import { InboxOpenError, isInboxOpenError } from "../port/open-error.ts";
import type { Evicted } from "../port/store.ts";
import { TransientMap } from "../worker/transient-map.ts";
import type { FillReport } from "./fill.ts";
import type { Request, Response, ThreadData } from "./messages.ts";
import type { Answer, Operations } from "./operations.ts";

/** The arguments of an operation but the time, which the link adds. */
export type ArgumentsOf<Name extends keyof Operations> =
	Parameters<Operations[Name]> extends [...infer Rest, number] ? Rest : never;

/** What an operation resolves to. */
export type ValueOf<Name extends keyof Operations> =
	ReturnType<Operations[Name]> extends Answer<infer Value> ? Value : never;

/** What the other side hears besides answers. */
export interface LinkEvents {
	onFill(report: FillReport): void;
	onEvicted(evicted: readonly Evicted[]): void;
	onRoutes(routes: readonly string[]): void;
}

/**
 * This side of the thread that holds the file. The process stays alive while an answer is awaited, and not for the thread alone.
 */
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
			// Nothing else may keep the process alive until the thread is gone, and the reason told.
			worker.ref();
			await link.#ended;
			const { message } = error as Error;
			throw isInboxOpenError(error)
				? new InboxOpenError(message)
				: new InboxOpenError(`${data.file} cannot be opened (${message})`, {
						cause: error,
					});
		}
		return link;
	}

	/** True once the thread is gone. */
	get isDead(): boolean {
		return this.#fault !== undefined;
	}

	/** Asks for an operation; rejects with what it threw, as a plain error. */
	ask<Name extends keyof Operations>(
		name: Name,
		args: ArgumentsOf<Name>,
		now: number,
		transfer?: readonly ArrayBuffer[],
	): Promise<ValueOf<Name>> {
		return this.#post(name, [...args, now], transfer) as Promise<ValueOf<Name>>;
	}

	/** Ends the thread, after all that was asked for. */
	async close(): Promise<void> {
		if (!this.isDead) await this.#post("close", []);
		this.#worker.ref();
		await this.#ended;
	}

	#post(
		name: Request["name"],
		args: readonly unknown[],
		transfer: readonly ArrayBuffer[] = [],
	): Promise<unknown> {
		if (this.#fault !== undefined) return Promise.reject(this.#fault);
		const id = ++this.#lastId;
		const request: Request = { id, name, args };
		const answer = this.#wait(id);
		this.#worker.postMessage(request, transfer);
		return answer;
	}

	#wait(id: number): Promise<unknown> {
		if (this.#waiting.size === 0) this.#worker.ref();
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, { resolve, reject });
		});
	}

	#hear({ id, value, error, routes, fill, evicted }: Response): void {
		const waiting = this.#waiting.get(id);
		this.#waiting.delete(id);
		if (this.#waiting.size === 0) this.#worker.unref();
		if (fill.length > 0) this.#events.onFill(fill);
		if (evicted !== undefined) this.#events.onEvicted(evicted);
		if (error === undefined) waiting?.resolve(value);
		else waiting?.reject(Object.assign(new Error(error.message), error));
		if (routes !== undefined && routes.length > 0)
			this.#events.onRoutes(routes);
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
		// What passes through lives for a batch: a large nursery would only keep its garbage.
		resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
	};
	const isSource = import.meta.url.endsWith(".ts");
	const url = new URL(
		isSource ? "./thread.ts" : "./thread.js",
		import.meta.url,
	);
	if (!isSource || "typescript" in process.features)
		return new Worker(url, options);
	// A thread of Node 20 does not inherit the loader of its process: it has to register one of its own.
	const { resolve } = createRequire(import.meta.url);
	const loader = JSON.stringify(resolve("tsx/cjs"));
	const entry = JSON.stringify(fileURLToPath(url));
	return new Worker(`require(${loader}); require(${entry});`, {
		...options,
		eval: true,
	});
}

const YOUNG_MB = 8;

interface Waiting {
	resolve(value: unknown): void;
	reject(error: unknown): void;
}
