import type { JetStreamClient } from "@nats-io/jetstream";
import type { MsgHdrs, NatsConnection } from "@nats-io/transport-node";
import {
	BrokerFault,
	type BrokerTarget,
	type Connection,
	type ConnectionTies,
	type Driver,
	type Message,
} from "../driver.ts";
import type { BrokerHost } from "../url.ts";

/**
 * NATS JetStream. A server confirms a message that is only in its page cache, unless `sync_interval: always` is set (nats-server
 * issue 7564). So the driver asks the server's monitoring, and refuses to publish, unless the user relies on replicas.
 */
export const nats: Driver = {
	product: "NATS",
	schemes: { nats: { hasTls: false }, tls: { hasTls: true } },
	packages: [
		{ name: "@nats-io/transport-node", major: 3 },
		{ name: "@nats-io/jetstream", major: 3 },
	],
	keys: ["durability", "monitor"],
	names: {
		pattern: /^[^\s.*>]+(?:\.[^\s.*>]+)*$/,
		expected: "a subject: tokens with dots between them, without `*` and `>`",
	},
	connect,
};

// --- helpers ---

const PING_MS = 10_000;
const MONITOR_PORT = 8222;
const MONITOR_MS = 2000;
const GRACE_MS = 1000;
/** The copies of a stream that survive the loss of one server. */
const SAFE_REPLICAS = 3;

async function connect(
	{ url, host, tls, connectTimeoutMs }: BrokerTarget,
	{ onLost, note }: ConnectionTies,
): Promise<Connection> {
	const [transport, { jetstream }] = await Promise.all([
		import("@nats-io/transport-node"),
		import("@nats-io/jetstream"),
	]);
	const { user, password } = url;
	const connection = await transport.connect({
		servers: url.hosts.map(addressOf),
		name: "switchhook",
		// The owner connects again. A client that did so would send what a retry has passed by.
		reconnect: false,
		timeout: connectTimeoutMs,
		pingInterval: PING_MS,
		maxPingOut: 2,
		...(password === undefined
			? user !== undefined && { token: user }
			: { user: user ?? "", pass: password }),
		...(tls !== undefined && {
			tls: {
				...(tls.ca !== undefined && { ca: tls.ca }),
				...(tls.cert !== undefined && { cert: tls.cert }),
				...(tls.key !== undefined && { key: tls.key }),
			},
		}),
	});
	const made = new NatsConnectionOf(connection, {
		client: jetstream(connection),
		headers: () => transport.headers(),
		monitor: `http://${bracket(host.host)}:${MONITOR_PORT}`,
		note,
	});
	connection.closed().then((error) => {
		if (!made.isClosed)
			onLost(error instanceof Error ? error.message : "the server closed it");
	});
	return made;
}

interface NatsParts {
	readonly client: JetStreamClient;
	readonly headers: () => MsgHdrs;
	/** The URL of the monitoring, if the route names none. */
	readonly monitor: string;
	readonly note: ConnectionTies["note"];
}

class NatsConnectionOf implements Connection {
	isClosed = false;
	readonly #connection: NatsConnection;
	readonly #parts: NatsParts;
	/** The answers of monitoring, by its URL: undefined if the server syncs, else why a confirmation is not enough. */
	readonly #unsynced = new Map<string, Promise<string | undefined>>();
	/** The streams, by name: undefined if they are on disk, else why a confirmation is not enough. */
	readonly #streams = new Map<string, Promise<string | undefined>>();

	constructor(connection: NatsConnection, parts: NatsParts) {
		this.#connection = connection;
		this.#parts = parts;
	}

	async send(message: Message, timeoutMs: number): Promise<void> {
		const { to, body, id, options } = message;
		const { durability, monitor = this.#parts.monitor } = options;
		if (durability === "synced")
			refuse(await remember(this.#unsynced, monitor, isUnsynced));
		const { max_payload: max } = this.#connection.info ?? {};
		if (max !== undefined && body.length > max) {
			throw new BrokerFault(
				`the message has ${body.length} bytes, and the server takes ${max}`,
				{ isFinal: true },
			);
		}
		const { stream } = await this.#parts.client
			.publish(to, body, {
				msgID: id,
				headers: this.#headersOf(message),
				// The attempt ends by itself, and says more about it.
				timeout: timeoutMs + GRACE_MS,
			})
			.catch((error: unknown) => {
				throw toFault(error, to);
			});
		refuse(
			await remember(this.#streams, stream, () =>
				this.#look(stream, options.durability),
			),
		);
	}

	async close(): Promise<void> {
		this.isClosed = true;
		await this.#connection.close();
	}

	#headersOf({ headers, contentType, key }: Message): MsgHdrs {
		const list = this.#parts.headers();
		for (const [name, value] of Object.entries(headers)) list.set(name, value);
		list.set("content-type", contentType);
		if (key !== undefined) list.set("switchhook-key", toOneLine(key));
		return list;
	}

	/** Looks at the stream that confirmed its first message. A user who may not look is trusted. */
	async #look(
		stream: string,
		durability: Message["options"]["durability"],
	): Promise<string | undefined> {
		const { client, note } = this.#parts;
		let config: { readonly storage: string; readonly num_replicas: number };
		try {
			const manager = await client.jetstreamManager(false);
			({ config } = await manager.streams.info(stream));
		} catch (error) {
			const reason = (error as Error).message;
			note(
				{ stream, reason },
				"NATS does not say how the stream is kept",
				true,
			);
			return undefined;
		}
		const { storage, num_replicas: replicas } = config;
		const isWarning = durability === "replicated" && replicas < SAFE_REPLICAS;
		note(
			{ stream, storage, replicas, durability },
			isWarning
				? "NATS keeps fewer than 3 copies of the stream: a confirmed message can be lost with one server"
				: "NATS keeps the stream",
			isWarning,
		);
		return durability === "synced" && storage !== "file"
			? `the stream ${stream} is in memory: create it with file storage, or write \`durability: replicated\``
			: undefined;
	}
}

/** Returns what is known by a key, and asks once. A failure is not remembered. */
function remember(
	known: Map<string, Promise<string | undefined>>,
	key: string,
	ask: (key: string) => Promise<string | undefined>,
): Promise<string | undefined> {
	let answer = known.get(key);
	if (answer === undefined) {
		answer = ask(key);
		known.set(key, answer);
		const forget = (reason: string | undefined): void => {
			if (reason !== undefined) known.delete(key);
		};
		answer.then(forget, () => known.delete(key));
	}
	return answer;
}

function refuse(reason: string | undefined): void {
	if (reason !== undefined) throw new BrokerFault(reason);
}

/** Asks the monitoring (`/varz`) whether the server writes each message to disk before it confirms. */
async function isUnsynced(monitor: string): Promise<string | undefined> {
	const advice =
		"set `sync_interval: always` in its `jetstream`, or write `durability: replicated`";
	let jetstream: unknown;
	try {
		const url = new URL("/varz", monitor);
		const response = await fetch(url, {
			signal: AbortSignal.timeout(MONITOR_MS),
		});
		({ jetstream } = (await response.json()) as { jetstream?: unknown });
	} catch {
		return `its monitoring at ${monitor} does not answer, so nobody knows whether the server syncs: write \`monitor\`, or \`durability: replicated\``;
	}
	const { config } = (jetstream ?? {}) as {
		readonly config?: { readonly sync_always?: boolean };
	};
	return config?.sync_always === true
		? undefined
		: `the server confirms messages before they are on disk: ${advice}`;
}

function toFault(error: unknown, subject: string): BrokerFault {
	const { name, message } = error as Error;
	const reason =
		name === "JetStreamNotEnabled"
			? `no stream takes the subject ${subject}`
			: message;
	return new BrokerFault(reason, { cause: error });
}

function addressOf({ host, port }: BrokerHost): string {
	return `${bracket(host)}${port === undefined ? "" : `:${port}`}`;
}

function bracket(host: string): string {
	return host.includes(":") ? `[${host}]` : host;
}

/** A header is one line of ASCII. An order key is JSON, which can be written so. */
function toOneLine(text: string): string {
	return text.replace(
		/[^\x20-\x7e]/g,
		(character) =>
			`\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
}
