import type { BrokerHost, BrokerUrl } from "./url.ts";

/** A message for a broker. */
export interface Message {
	/** The event's id, the same for each attempt. */
	readonly id: string;
	/** Messages with the same key stay in order. Undefined for none. */
	readonly key: string | undefined;
	/** The queue, routing key, subject, stream or topic. */
	readonly to: string;
	/** The exchange of RabbitMQ. Undefined for the default exchange, whose routing key is a queue's name. */
	readonly exchange: string | undefined;
	/** Headers by name. The values are one line of visible ASCII. */
	readonly headers: Readonly<Record<string, string>>;
	readonly contentType: string;
	readonly body: Buffer;
	/** The kind of the event. */
	readonly kind: string;
	/** Milliseconds since the epoch, when the event was received. */
	readonly receivedAt: number;
	readonly options: MessageOptions;
}

/** The settings of a route that only some drivers know. */
export interface MessageOptions {
	/** `amqp`: false if the queue is not declared. */
	readonly declare: boolean;
	/** `redis`: the length that a stream is trimmed to. Undefined for no limit. */
	readonly maxLength: number | undefined;
	/** `nats`: the reason why a confirmation means that the message is kept. */
	readonly durability: "synced" | "replicated";
	/** `nats`: the URL of the server's monitoring. Undefined for port 8222 of the same host. */
	readonly monitor: string | undefined;
}

/** The contents of TLS files. MUST NOT be shown. */
export interface BrokerTls {
	/** The certificates to trust exclusively. Undefined trusts those of Node.js. */
	readonly ca: string | undefined;
	readonly cert: string | undefined;
	readonly key: string | undefined;
}

/** The mechanisms of a login at `kafka`. */
export type Sasl = "plain" | "scram-sha-256" | "scram-sha-512";

/** A broker, and how to reach it. */
export interface BrokerTarget {
	readonly url: BrokerUrl;
	/** The host to connect to. A driver that knows several hosts uses those of the URL. */
	readonly host: BrokerHost;
	/** Undefined without TLS. */
	readonly tls: BrokerTls | undefined;
	readonly connectTimeoutMs: number;
	/** The mechanism of the login. Undefined for the driver's default. */
	readonly sasl: Sasl | undefined;
	/** The region of `sqs`. Undefined for that of the host's name or the environment. */
	readonly region: string | undefined;
}

/** The ties of a connection to its owner. */
export interface ConnectionTies {
	/** Called once if the connection ends without `close`. It is not used any more. */
	onLost(reason: string): void;
	/** Notes a fact about the broker that decides how safe a confirmed message is. */
	note(fields: object, message: string, isWarning: boolean): void;
}

/** An open connection to a broker. */
export interface Connection {
	/** The reason why the broker takes nothing at the moment. Undefined if none is known. */
	readonly trouble?: string | undefined;
	/**
	 * Resolves when the broker has confirmed that it keeps the message. Rejects with a BrokerFault. It MAY never settle: the caller
	 * does not wait longer than `timeoutMs`. MUST send messages in the order of these calls, and none after the connection is lost.
	 */
	send(message: Message, timeoutMs: number): Promise<void>;
	/** Closes it and waits for the broker, as far as it answers. */
	close(): Promise<void>;
}

/** A type of broker: one file in `drivers/`, and one line in `drivers/table.ts`. */
export interface Driver {
	/** The product, such as `RabbitMQ`. */
	readonly product: string;
	/** The schemes of its URLs, each with whether it means TLS. */
	readonly schemes: Readonly<Record<string, { readonly hasTls: boolean }>>;
	/** The npm packages of its client, and the major version that is tested. */
	readonly packages: readonly {
		readonly name: string;
		readonly major: number;
	}[];
	/** The oldest Node.js that its client runs on. Default: that of the router. */
	readonly node?: string;
	/** The keys of `publish` that only it knows. */
	readonly keys: readonly string[];
	/** The names that `to` may have, as a sentence's end. Called for names from templates, too. */
	readonly names: { readonly pattern: RegExp; readonly expected: string };
	/** The most headers of the user. Default: no limit. */
	readonly headersMax?: number;
	/** Returns true if messages with one key may overtake each other in this target. Default: never. */
	isUnordered?(to: string): boolean;
	/** Connects to one host. Rejects with any error; loads the client at the first call. */
	connect(target: BrokerTarget, ties: ConnectionTies): Promise<Connection>;
}

/** A broker did not take a message, or the message can never be taken. */
export class BrokerFault extends Error {
	override readonly name = "BrokerFault";
	/** True if no retry can succeed, such as for a message that is too large. */
	readonly isFinal: boolean;

	constructor(
		why: string,
		options: { readonly isFinal?: boolean; readonly cause?: unknown } = {},
	) {
		super(
			why,
			options.cause === undefined ? undefined : { cause: options.cause },
		);
		this.isFinal = options.isFinal ?? false;
	}
}
