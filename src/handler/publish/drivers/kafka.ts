import { isIP } from "node:net";
import type { Producer } from "@platformatic/kafka";
import { LATE, within } from "../../../within.ts";
import {
	BrokerFault,
	type BrokerTarget,
	type Connection,
	type ConnectionTies,
	type Driver,
	type Message,
} from "../driver.ts";

/**
 * Kafka: an idempotent producer that waits for all in-sync replicas. The key decides on the partition, by the hash of Kafka's own
 * clients, so messages of one key stay in order.
 */
export const kafka: Driver = {
	product: "Kafka",
	schemes: { kafka: { hasTls: false }, kafkas: { hasTls: true } },
	packages: [{ name: "@platformatic/kafka", major: 1 }],
	node: "20.19.4",
	keys: ["sasl"],
	names: {
		pattern: /^(?!\.{1,2}$)[\w.-]{1,249}$/,
		expected: "a topic: letters, digits, `.`, `_` and `-`",
	},
	connect,
};

// --- helpers ---

const DEFAULT_PORT = 9092;
/** Waits for all in-sync replicas. */
const ALL_IN_SYNC = -1;
/** The bytes of a batch of several messages. Kafka refuses one of more than a megabyte by default. */
const BATCH_BYTES = 500_000;

async function connect(
	{ url, tls, connectTimeoutMs, sasl }: BrokerTarget,
	ties: ConnectionTies,
): Promise<Connection> {
	const { Producer } = await import("@platformatic/kafka");
	const producer = new Producer({
		clientId: "switchhook",
		bootstrapBrokers: url.hosts.map(({ host, port = DEFAULT_PORT }) => ({
			host,
			port,
		})),
		connectTimeout: connectTimeoutMs,
		// A producer that is idempotent by its options would repeat forever, and send what a retry has overtaken.
		retries: 0,
		autocreateTopics: false,
		...(tls !== undefined && {
			tls: { ...tls, rejectUnauthorized: true },
			// RFC 6066 section 3 allows no address.
			tlsServerName: url.hosts.every(({ host }) => isIP(host) === 0),
		}),
		...(url.user !== undefined && {
			sasl: {
				mechanism: SASL[sasl ?? "plain"],
				username: url.user,
				password: url.password ?? "",
			},
		}),
	});
	try {
		// A refused login may leave the client waiting forever.
		const asked = producer.metadata({ topics: [] });
		const answer = await within(asked, connectTimeoutMs);
		if (answer === LATE)
			throw new Error(`no connection within ${connectTimeoutMs} ms`);
	} catch (error) {
		await endProducer(producer);
		throw new Error(describe(error), { cause: error });
	}
	return new KafkaConnection(producer, ties);
}

const SASL = {
	plain: "PLAIN",
	"scram-sha-256": "SCRAM-SHA-256",
	"scram-sha-512": "SCRAM-SHA-512",
} as const;

interface Waiting {
	readonly message: Message;
	resolve(): void;
	reject(error: Error): void;
}

/** The messages of a topic: those that wait while a batch is under way. */
interface TopicQueue {
	readonly waiting: Waiting[];
}

class KafkaConnection implements Connection {
	readonly #producer: Producer;
	readonly #ties: ConnectionTies;
	readonly #topics = new Map<string, TopicQueue>();
	#isClosed = false;

	constructor(producer: Producer, ties: ConnectionTies) {
		this.#producer = producer;
		this.#ties = ties;
	}

	/**
	 * Sends one batch of a topic at a time. The client counts the sequence of a partition only after the broker's answer, and the
	 * broker would take a second batch with the same number for a duplicate and drop it.
	 */
	send(message: Message): Promise<void> {
		return new Promise((resolve, reject) => {
			const waiting = { message, resolve, reject };
			const queue = this.#topics.get(message.to);
			if (queue !== undefined) {
				queue.waiting.push(waiting);
				return;
			}
			const fresh = { waiting: [waiting] };
			this.#topics.set(message.to, fresh);
			void this.#work(message.to, fresh);
		});
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		await endProducer(this.#producer);
	}

	async #work(topic: string, { waiting }: TopicQueue): Promise<void> {
		while (waiting.length > 0 && !this.#isClosed) {
			const batch = takeBatch(waiting);
			try {
				await this.#producer.send({
					acks: ALL_IN_SYNC,
					idempotent: true,
					messages: batch.map(({ message }) => toRecord(message)),
				});
				for (const { resolve } of batch) resolve();
			} catch (error) {
				this.#fail([...batch, ...waiting], error);
			}
		}
		this.#topics.delete(topic);
	}

	/** Ends the connection, because the client does not know which sequence number the broker expects now. */
	#fail(waiting: readonly Waiting[], error: unknown): void {
		const why = describe(error);
		const isFinal = /MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE/.test(why);
		waiting.forEach(({ reject }, index) => {
			// The rest was not sent.
			reject(
				new BrokerFault(why, { isFinal: isFinal && index === 0, cause: error }),
			);
		});
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#ties.onLost(why);
		void endProducer(this.#producer);
	}
}

/** Ends a producer with all that is under way. Never rejects. */
async function endProducer(producer: Producer): Promise<void> {
	// By its types it returns nothing, but it does return a promise.
	const closing: unknown = producer.close(true);
	await Promise.resolve(closing).catch(() => {});
}

/** Takes as many messages as fit one batch, at least one. */
function takeBatch(waiting: Waiting[]): Waiting[] {
	let bytes = 0;
	let count = 0;
	for (const { message } of waiting) {
		bytes += message.body.length;
		if (count > 0 && bytes > BATCH_BYTES) break;
		count += 1;
	}
	return waiting.splice(0, count);
}

function toRecord({ id, to, key, body, headers, contentType }: Message) {
	return {
		topic: to,
		...(key !== undefined && { key: Buffer.from(key) }),
		value: body,
		headers: new Map(
			Object.entries({ id, "content-type": contentType, ...headers }).map(
				([name, value]) => [Buffer.from(name), Buffer.from(value)],
			),
		),
	};
}

/** Writes the innermost errors, since the outer ones only say that something failed. */
function describe(error: unknown): string {
	if (error instanceof AggregateError && error.errors.length > 0)
		return [...new Set(error.errors.map(describe))].join(", ");
	if (!(error instanceof Error)) return String(error);
	if (error.cause instanceof Error) return describe(error.cause);
	const { apiId } = error as { readonly apiId?: unknown };
	return typeof apiId === "string" && !error.message.includes(apiId)
		? `${error.message} (${apiId})`
		: error.message;
}
