import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import type { Connections } from "./connections.ts";

export interface SignalOptions {
	readonly connections: Connections;
	/** The name of the channel, an identifier that needs no quotes. */
	readonly channel: string;
	/** Returns the routes that have work now. */
	readonly findDue: () => Promise<readonly string[]>;
	readonly times: PollTimes;
}

/** The milliseconds between two checks for unannounced work. */
export interface PollTimes {
	/** While announcements arrive: one may be lost with its connection. */
	readonly listeningMs: number;
	/** While they do not arrive. */
	readonly awayMs: number;
}

/**
 * Announces work to the other routers: NOTIFY with the names of the routes, and LISTEN on a separate connection. Announcements
 * are hints, collected for a moment and sent after the commit: a NOTIFY within a put would hold a lock of the whole server
 * until the put is on disk.
 */
export class Signal {
	readonly #connections: Connections;
	readonly #channel: string;
	readonly #findDue: () => Promise<readonly string[]>;
	readonly #times: PollTimes;
	readonly #sender = randomUUID();
	readonly #listeners = new Set<(routes: readonly string[]) => void>();
	readonly #pauseListeners = new Set<() => void>();
	readonly #unsent = new Set<string>();
	#arePausesUnsent = false;
	#sending: NodeJS.Timeout | undefined;
	#polling: NodeJS.Timeout | undefined;
	#client: Client | undefined;
	#isStarted = false;
	#isClosed = false;

	constructor({ connections, channel, findDue, times }: SignalOptions) {
		this.#connections = connections;
		this.#channel = channel;
		this.#findDue = findDue;
		this.#times = times;
	}

	/** Adds a listener. The first one starts to LISTEN: a command that only writes needs no connection for it. */
	onWork(listener: (routes: readonly string[]) => void): () => void {
		const own = (routes: readonly string[]) => listener(routes);
		this.#listeners.add(own);
		if (!this.#isStarted) {
			this.#isStarted = true;
			void this.#listen(0);
			this.#pollLater();
		}
		return () => {
			this.#listeners.delete(own);
		};
	}

	/** Calls the listeners of this router at once, and those of the others a moment later. */
	announce(routes: ReadonlySet<string>): void {
		if (routes.size === 0 || this.#isClosed) return;
		this.#call([...routes]);
		for (const route of routes) this.#unsent.add(route);
		this.#sendSoon();
	}

	/** Adds a listener for changes of pauses. They arrive only while there is a listener for work. */
	onPauses(listener: () => void): () => void {
		const own = () => listener();
		this.#pauseListeners.add(own);
		return () => this.#pauseListeners.delete(own);
	}

	/** Announces that pauses changed, and that these routes may have work. */
	announcePauses(routes: ReadonlySet<string>): void {
		if (this.#isClosed) return;
		this.#callForPauses();
		this.#arePausesUnsent = true;
		this.announce(routes);
		this.#sendSoon();
	}

	/** True while announcements of other routers arrive. */
	get isListening(): boolean {
		return this.#client !== undefined;
	}

	/** Sends the last announcements, and closes. */
	async close(): Promise<void> {
		if (this.#sending !== undefined) await this.#send();
		this.#isClosed = true;
		clearTimeout(this.#polling);
		this.#listeners.clear();
		await this.#client?.end();
	}

	#call(routes: readonly string[]): void {
		for (const listener of this.#listeners) listener(routes);
	}

	#callForPauses(): void {
		for (const listener of this.#pauseListeners) listener();
	}

	#sendSoon(): void {
		this.#sending ??= setTimeout(() => void this.#send(), GATHER_MS);
	}

	async #send(): Promise<void> {
		clearTimeout(this.#sending);
		this.#sending = undefined;
		const common = {
			from: this.#sender,
			...(this.#arePausesUnsent && { pauses: true }),
		};
		const text = JSON.stringify({ ...common, routes: [...this.#unsent] });
		this.#unsent.clear();
		this.#arePausesUnsent = false;
		const payload =
			Buffer.byteLength(text) <= MAX_PAYLOAD_BYTES
				? text
				: JSON.stringify(common);
		try {
			await this.#connections.run("desk", (session) =>
				session.query("select pg_notify($1, $2)", [this.#channel, payload]),
			);
		} catch {
			// The other routers find the work at their next check.
		}
	}

	async #listen(tries: number): Promise<void> {
		if (this.#isClosed) return;
		let client: Client | undefined;
		let isOver = false;
		const retry = () => {
			if (isOver) return;
			isOver = true;
			const wasListening = client !== undefined && this.#client === client;
			if (wasListening) this.#client = undefined;
			client?.end().catch(() => {});
			if (this.#isClosed) return;
			const next = wasListening ? 0 : tries + 1;
			const ms = Math.min(FIRST_RETRY_MS * 2 ** next, MAX_RETRY_MS);
			setTimeout(
				() => void this.#listen(next),
				// Jitter prevents routers that lost the same server from reconnecting at the same moment.
				ms * (0.5 + Math.random()),
			).unref();
			this.#pollLater();
		};
		try {
			client = await this.#connections.separate();
			client.on("error", retry);
			client.on("end", retry);
			client.on("notification", ({ payload }) => this.#hear(payload));
			await this.#connections.join(client);
			// The driver's types do not declare it. Listening alone does not keep the process alive.
			(client as Client & { unref(): void }).unref();
			await client.query(`listen ${this.#channel}`);
		} catch {
			if (client !== undefined) this.#connections.drop(client);
			retry();
			return;
		}
		if (isOver) return;
		if (this.#isClosed) {
			await client.end();
			return;
		}
		this.#client = client;
		// Work may have been announced while this router did not listen.
		await this.#look();
	}

	/** Drops the connection if its server does not answer: no announcement, and no error, would ever arrive on it. */
	async #checkConnection(): Promise<void> {
		const client = this.#client;
		try {
			await client?.query("select");
		} catch {
			if (client !== undefined) this.#connections.drop(client);
		}
	}

	#hear(payload: string | undefined): void {
		const { from, routes, pauses } = readPayload(payload);
		if (from === this.#sender) return;
		if (pauses === true) this.#callForPauses();
		if (routes === undefined) void this.#look();
		else if (routes.length > 0) this.#call(routes);
	}

	#pollLater(): void {
		clearTimeout(this.#polling);
		if (this.#isClosed) return;
		const { listeningMs, awayMs } = this.#times;
		this.#polling = setTimeout(
			async () => {
				void this.#checkConnection();
				await this.#look();
				this.#pollLater();
			},
			this.isListening ? listeningMs : awayMs,
		).unref();
	}

	async #look(): Promise<void> {
		if (this.#isClosed) return;
		// An announcement may have been lost.
		this.#callForPauses();
		if (this.#listeners.size === 0) return;
		try {
			const routes = await this.#findDue();
			if (routes.length > 0) this.#call(routes);
		} catch {
			// The database is unavailable. The next check may find the work.
		}
	}
}

// --- helpers ---

const GATHER_MS = 10;
/** PostgreSQL takes less than 8000 bytes (manual, NOTIFY). */
const MAX_PAYLOAD_BYTES = 7000;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 5000;

/** Parses an announcement. Without routes it means any route: there were too many names, or another version sent it. */
function readPayload(payload: string | undefined): {
	readonly from?: unknown;
	readonly routes?: readonly string[];
	readonly pauses?: unknown;
} {
	try {
		const { from, routes, pauses } = JSON.parse(payload ?? "") as Record<
			string,
			unknown
		>;
		const isList =
			Array.isArray(routes) &&
			routes.every((route) => typeof route === "string");
		return isList ? { from, routes, pauses } : { from, pauses };
	} catch {
		return {};
	}
}
