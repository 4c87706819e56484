import type { Redis } from "ioredis";
import {
	BrokerFault,
	type BrokerTarget,
	type Connection,
	type ConnectionTies,
	type Driver,
	type Message,
} from "../driver.ts";

/**
 * Redis and Valkey: an entry of a stream (XADD). Whether a confirmed entry is on disk is a setting of the server, so the driver
 * reads it and notes it.
 */
export const redis: Driver = {
	product: "Redis",
	schemes: { redis: { hasTls: false }, rediss: { hasTls: true } },
	packages: [{ name: "ioredis", major: 6 }],
	keys: ["maxLength"],
	names: { pattern: /^.+$/su, expected: "at least one character" },
	connect,
};

// --- helpers ---

/** Milliseconds after which a server that answers nothing is lost. */
const SILENCE_MS = 30_000;

/** Errors of a server that is not, or not any more, the one that takes writes. */
const NOT_HERE = /^(?:READONLY|LOADING|MASTERDOWN|CLUSTERDOWN)\b/;

async function connect(
	{ url, host, tls, connectTimeoutMs }: BrokerTarget,
	ties: ConnectionTies,
): Promise<Connection> {
	const { Redis: Client } = await import("ioredis");
	const client = new Client({
		host: host.host,
		...(host.port !== undefined && { port: host.port }),
		...(url.user && { username: url.user }),
		...(url.password !== undefined && { password: url.password }),
		db: Number(url.path || 0),
		...(tls !== undefined && {
			tls: { ...definedOf(tls), rejectUnauthorized: true },
		}),
		lazyConnect: true,
		connectTimeout: connectTimeoutMs,
		connectionName: "switchhook",
		// The owner connects again. A client that did so would send what a retry has passed by.
		retryStrategy: () => null,
		enableOfflineQueue: false,
		autoResendUnfulfilledCommands: false,
		maxRetriesPerRequest: 0,
		socketTimeout: SILENCE_MS,
	});
	let fault: Error | undefined;
	client.on("error", (error: Error) => {
		fault = error;
	});
	try {
		await client.connect();
	} catch (error) {
		client.disconnect();
		// The client only says that the connection is closed.
		throw fault ?? error;
	}
	const connection = new RedisConnection(client);
	client.on("close", () => {
		if (connection.isClosed) return;
		connection.isClosed = true;
		client.disconnect();
		ties.onLost(fault?.message ?? "the server closed it");
	});
	await noteSafety(client, ties);
	return connection;
}

class RedisConnection implements Connection {
	isClosed = false;
	readonly #client: Redis;

	constructor(client: Redis) {
		this.#client = client;
	}

	async send({
		to,
		id,
		key,
		headers,
		contentType,
		body,
		options,
	}: Message): Promise<void> {
		const { maxLength } = options;
		try {
			await this.#client.call(
				"XADD",
				to,
				...(maxLength === undefined ? [] : ["MAXLEN", "~", maxLength]),
				"*",
				"id",
				id,
				...(key === undefined ? [] : ["key", key]),
				"content-type",
				contentType,
				...Object.entries(headers).flat(),
				"body",
				body,
			);
		} catch (error) {
			const { message } = error as Error;
			// Another connection may find the server that takes writes.
			if (NOT_HERE.test(message)) this.#client.disconnect();
			throw new BrokerFault(message, { cause: error });
		}
	}

	async close(): Promise<void> {
		this.isClosed = true;
		await this.#client.quit().catch(() => this.#client.disconnect());
	}
}

/** Notes how the server keeps what it confirms. Many hosted servers do not say. */
async function noteSafety(
	client: Redis,
	{ note }: ConnectionTies,
): Promise<void> {
	let list: unknown;
	try {
		list = await client.config("GET", "append*");
	} catch (error) {
		const reason = (error as Error).message;
		note({ reason }, "Redis does not say how it keeps what it confirms", true);
		return;
	}
	const pairs = Array.isArray(list) ? list.map(String) : [];
	const settingOf = (name: string): string =>
		pairs[pairs.indexOf(name) + 1] ?? "unknown";
	const appendonly = settingOf("appendonly");
	const appendfsync = settingOf("appendfsync");
	const isSynced = appendonly === "yes" && appendfsync === "always";
	note(
		{ appendonly, appendfsync },
		isSynced
			? "Redis confirms messages when they are on disk"
			: "Redis confirms messages before they are on disk: those of the last moments are lost if it crashes",
		!isSynced,
	);
}

function definedOf<T extends object>(values: T): Partial<T> {
	return Object.fromEntries(
		Object.entries(values).filter(([, value]) => value !== undefined),
	) as Partial<T>;
}
