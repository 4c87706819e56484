import type { ChannelModel, ConfirmChannel } from "amqplib";
import {
	BrokerFault,
	type BrokerTarget,
	type Connection,
	type ConnectionTies,
	type Driver,
	type Message,
} from "../driver.ts";

/**
 * RabbitMQ (AMQP 0-9-1): persistent and mandatory messages with publisher confirms. A queue is declared as a durable quorum queue,
 * which confirms after a majority of its members has written the message to disk.
 */
export const amqp: Driver = {
	product: "RabbitMQ",
	schemes: { amqp: { hasTls: false }, amqps: { hasTls: true } },
	packages: [{ name: "amqplib", major: 2 }],
	keys: ["exchange", "routingKey", "declare"],
	// A short string of AMQP 0-9-1 (section 4.2.5.3).
	names: { pattern: /^.{0,255}$/su, expected: "at most 255 bytes" },
	connect,
};

// --- helpers ---

/** The seconds after which a silent connection is lost: two of these. */
const HEARTBEAT_S = 10;

async function connect(
	{ url, host, tls, connectTimeoutMs }: BrokerTarget,
	ties: ConnectionTies,
): Promise<Connection> {
	const client = await import("amqplib");
	const model = await client.connect(
		{
			protocol: url.scheme,
			hostname: host.host,
			...(host.port !== undefined && { port: host.port }),
			...(url.user !== undefined && {
				username: url.user,
				password: url.password ?? "",
			}),
			vhost: encodeURIComponent(url.path || "/"),
			heartbeat: HEARTBEAT_S,
		},
		{
			...tls,
			timeout: connectTimeoutMs,
			noDelay: true,
			clientProperties: { connection_name: "switchhook" },
		},
	);
	return new AmqpConnection(model, ties);
}

/** A message that came back (AMQP 0-9-1, basic.return). */
interface Returned {
	readonly fields: {
		readonly routingKey: string;
		readonly replyCode: number;
		readonly replyText: string;
	};
	readonly properties: { readonly messageId: string };
}

/** A message that waits for its confirmation. */
interface Unconfirmed {
	/** The reason why it was returned. */
	returned: string | undefined;
}

/** A channel on which the broker confirms. An error closes it with all its messages, so each exchange has one of its own. */
interface Line {
	readonly channel: ConfirmChannel;
	readonly unconfirmed: Map<string, Unconfirmed>;
	/** The queues that were declared. */
	readonly declared: Map<string, Promise<void>>;
	/** The reason why it closed. */
	broken: string | undefined;
	readonly onBroken: Set<(reason: string) => void>;
}

class AmqpConnection implements Connection {
	trouble: string | undefined;
	readonly #model: ChannelModel;
	readonly #lines = new Map<string, Promise<Line>>();
	#isClosed = false;

	constructor(model: ChannelModel, { onLost }: ConnectionTies) {
		this.#model = model;
		let reason = "the connection was closed";
		model.on("error", (error: Error) => {
			reason = error.message;
		});
		model.on("close", (error?: Error) => {
			if (this.#isClosed) return;
			this.#isClosed = true;
			onLost(error?.message ?? reason);
		});
		model.on("blocked", (why: string) => {
			this.trouble = `it blocks publishers: ${why}`;
		});
		model.on("unblocked", () => {
			this.trouble = undefined;
		});
	}

	async send(message: Message): Promise<void> {
		// A blocked connection would keep it, and publish it whenever the block ends.
		if (this.trouble !== undefined) throw new BrokerFault(this.trouble);
		const { exchange = "", to, options } = message;
		const line = await this.#lineOf(exchange);
		if (exchange === "" && options.declare) {
			await this.#declare(line, to);
		}
		await publish(line, exchange, message);
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		await this.#model.close().catch(() => {});
	}

	#lineOf(exchange: string): Promise<Line> {
		const known = this.#lines.get(exchange);
		if (known !== undefined) return known;
		const opening = this.#open(exchange);
		this.#lines.set(exchange, opening);
		opening.catch(() => this.#lines.delete(exchange));
		return opening;
	}

	async #open(exchange: string): Promise<Line> {
		const channel = await this.#model
			.createConfirmChannel()
			.catch((error: Error) => {
				throw new BrokerFault(error.message, { cause: error });
			});
		const line: Line = {
			channel,
			unconfirmed: new Map(),
			declared: new Map(),
			broken: undefined,
			onBroken: new Set(),
		};
		let reason = "the channel was closed";
		channel.on("error", (error: Error) => {
			reason = error.message;
		});
		// Before the client's own listener, which fails all messages without the reason.
		channel.prependListener("close", () => {
			line.broken = reason;
			this.#lines.delete(exchange);
			for (const tell of line.onBroken) tell(reason);
		});
		// A mandatory message that no queue takes is returned before it is confirmed.
		channel.on("return", ({ fields, properties }: Returned) => {
			const key = keyOf(properties.messageId, fields.routingKey);
			const sent = line.unconfirmed.get(key);
			line.declared.delete(fields.routingKey);
			if (sent !== undefined)
				sent.returned = `no queue takes it (${fields.replyCode} ${fields.replyText})`;
		});
		return line;
	}

	#declare(line: Line, queue: string): Promise<void> {
		const known = line.declared.get(queue);
		if (known !== undefined) return known;
		const declaring = this.#assertQueue(queue);
		line.declared.set(queue, declaring);
		declaring.catch(() => line.declared.delete(queue));
		return declaring;
	}

	/** Declares on a channel of its own, because a refusal closes it. */
	async #assertQueue(queue: string): Promise<void> {
		try {
			const channel = await this.#model.createChannel();
			channel.on("error", () => {});
			await channel.assertQueue(queue, {
				durable: true,
				arguments: { "x-queue-type": "quorum" },
			});
			await channel.close();
		} catch (error) {
			const { message } = error as Error;
			const advice = message.includes("PRECONDITION")
				? ". The queue exists with other properties: write `declare: false` to use it as it is"
				: "";
			throw new BrokerFault(
				`the queue ${queue} was not declared: ${message}${advice}`,
				{ cause: error },
			);
		}
	}
}

function keyOf(id: string, routingKey: string): string {
	return `${id} ${routingKey}`;
}

function publish(
	line: Line,
	exchange: string,
	message: Message,
): Promise<void> {
	const { channel, unconfirmed, onBroken } = line;
	const { id, key, to, headers, contentType, kind, receivedAt, body } = message;
	return new Promise((resolve, reject) => {
		const sent: Unconfirmed = { returned: undefined };
		const place = keyOf(id, to);
		const settle = (reason: string | undefined, cause?: unknown): void => {
			onBroken.delete(settle);
			if (unconfirmed.get(place) === sent) unconfirmed.delete(place);
			if (reason === undefined) resolve();
			else reject(new BrokerFault(reason, { cause }));
		};
		if (line.broken !== undefined) {
			settle(line.broken);
			return;
		}
		unconfirmed.set(place, sent);
		onBroken.add(settle);
		try {
			channel.publish(
				exchange,
				to,
				body,
				{
					persistent: true,
					mandatory: true,
					messageId: id,
					contentType,
					type: kind,
					appId: "switchhook",
					timestamp: Math.floor(receivedAt / 1000),
					headers: {
						...headers,
						...(key !== undefined && { "switchhook-key": key }),
					},
				},
				(error: Error | null) => {
					if (error !== null)
						settle(`it refused the message: ${error.message}`, error);
					else settle(sent.returned);
				},
			);
		} catch (error) {
			settle((error as Error).message, error);
		}
	});
}
