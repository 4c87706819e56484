import { hash } from "node:crypto";
import { Agent } from "node:https";
import type { SQSClient } from "@aws-sdk/client-sqs";
import {
	BrokerFault,
	type BrokerTarget,
	type Connection,
	type Driver,
	type Message,
} from "../driver.ts";

/**
 * Amazon SQS: one request for each message. In a FIFO queue the key is the message group, and the event's id is the deduplication id.
 * Without a user in the URL the credentials come from the environment, as in every AWS client.
 */
export const sqs: Driver = {
	product: "SQS",
	schemes: { sqs: { hasTls: true } },
	packages: [{ name: "@aws-sdk/client-sqs", major: 3 }],
	keys: ["region"],
	names: {
		pattern: /^(?=.{1,80}$)[\w-]+(?:\.fifo)?$/,
		expected: "a queue: letters, digits, `_` and `-`, and `.fifo` at the end",
	},
	// A message has at most 10 attributes, and the router writes up to 7.
	headersMax: 3,
	isUnordered: (to) => !to.endsWith(".fifo"),
	connect,
};

// --- helpers ---

async function connect({
	url,
	host,
	tls,
	connectTimeoutMs,
	region,
}: BrokerTarget): Promise<Connection> {
	const client = await import("@aws-sdk/client-sqs");
	const port = host.port === undefined ? "" : `:${host.port}`;
	const name = host.host.includes(":") ? `[${host.host}]` : host.host;
	// A stand-in on this machine, such as an emulator, rarely has a certificate.
	const isPlain = isLoopback(host.host) && tls?.ca === undefined;
	const scheme = isPlain ? "http" : "https";
	const endpoint = `${scheme}://${name}${port}`;
	const found = region ?? /^sqs\.([\w-]+)\./.exec(host.host)?.[1];
	const { user, password } = url;
	const made = new client.SQSClient({
		endpoint,
		...(found !== undefined && { region: found }),
		...(user !== undefined && {
			credentials: { accessKeyId: user, secretAccessKey: password ?? "" },
		}),
		// Each attempt of the router is one request.
		maxAttempts: 1,
		requestHandler: {
			connectionTimeout: connectTimeoutMs,
			httpsAgent: new Agent({
				...tls,
				keepAlive: true,
				rejectUnauthorized: true,
			}),
		},
	});
	const base = [endpoint, url.path].filter(Boolean).join("/");
	return new SqsConnection(made, client.SendMessageCommand, base);
}

class SqsConnection implements Connection {
	readonly #client: SQSClient;
	readonly #Command: typeof import("@aws-sdk/client-sqs").SendMessageCommand;
	/** The URL that the names of queues are appended to. */
	readonly #base: string;

	constructor(
		client: SQSClient,
		Command: typeof import("@aws-sdk/client-sqs").SendMessageCommand,
		base: string,
	) {
		this.#client = client;
		this.#Command = Command;
		this.#base = base;
	}

	async send(message: Message, timeoutMs: number): Promise<void> {
		const { id, to, key, body } = message;
		const isFifo = to.endsWith(".fifo");
		// A request that nobody waits for must not arrive after its retry.
		const abortSignal = AbortSignal.timeout(timeoutMs);
		try {
			await this.#client.send(
				new this.#Command({
					QueueUrl: `${this.#base}/${to}`,
					MessageBody: body.toString("utf8"),
					MessageAttributes: toAttributes(message),
					...(isFifo && {
						MessageGroupId: toGroup(key ?? id),
						MessageDeduplicationId: id,
					}),
				}),
				{ abortSignal },
			);
		} catch (error) {
			if (abortSignal.aborted)
				throw new BrokerFault(`no confirmation within ${timeoutMs} ms`);
			const { name, message: why } = error as Error;
			throw new BrokerFault(why.includes(name) ? why : `${name}: ${why}`, {
				isFinal: isNeverTaken(name, why),
				cause: error,
			});
		}
	}

	async close(): Promise<void> {
		this.#client.destroy();
	}
}

/** The headers that make room for those of the user. */
const LEFT_OUT = new Set(["tracestate", "switchhook-params"]);

/** The attributes of a message. SQS has none without a value. */
function toAttributes({ headers }: Message) {
	return Object.fromEntries(
		Object.entries(headers)
			.filter(([name, value]) => value !== "" && !LEFT_OUT.has(name))
			.map(([name, value]) => [
				name,
				{ DataType: "String", StringValue: value },
			]),
	);
}

/** A group has at most 128 characters, which are letters, digits and punctuation. */
function toGroup(key: string): string {
	return /^[\x21-\x7e]{1,128}$/.test(key) ? key : hash("sha256", key, "hex");
}

/** Returns true for the faults of the message itself: characters that SQS does not take, and its length. */
function isNeverTaken(name: string, why: string): boolean {
	return (
		name === "InvalidMessageContents" ||
		(name === "InvalidParameterValue" && /must be shorter than/.test(why))
	);
}

function isLoopback(host: string): boolean {
	return /^(?:127\.[\d.]+|::1|localhost)$/.test(host);
}
