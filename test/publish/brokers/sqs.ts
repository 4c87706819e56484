import { hash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Broker, Kept } from "./broker.ts";

/** A message of the queue, as the protocol has it. */
interface Sent {
	readonly QueueUrl: string;
	readonly MessageBody: string;
	readonly MessageGroupId?: string;
	readonly MessageDeduplicationId?: string;
	readonly MessageAttributes?: Readonly<
		Record<string, { readonly StringValue: string }>
	>;
}

/**
 * Stands in for Amazon SQS, which cannot be run here: it speaks the AWS JSON 1.0 protocol of `SendMessage` to the real client, knows
 * FIFO queues with their deduplication, and keeps its queues over a restart. It is a stand-in of the tests, not an emulator.
 */
export async function startSqs(): Promise<Broker> {
	const queues = new Map<string, Sent[]>();
	let isFull = false;
	let server: Server;
	let port = 0;
	const answer = (target: string, request: Sent): readonly [number, object] => {
		if (target !== "AmazonSQS.SendMessage")
			return [
				400,
				{ __type: "com.amazonaws.sqs#InvalidAction", message: target },
			];
		if (isFull)
			return [
				403,
				{ __type: "com.amazonaws.sqs#OverLimit", message: "the queue is full" },
			];
		const queue = queues.get(request.QueueUrl.split("/").at(-1) ?? "");
		if (queue === undefined)
			return [
				400,
				{
					__type: "com.amazonaws.sqs#QueueDoesNotExist",
					message: "The specified queue does not exist.",
				},
			];
		const id = request.MessageDeduplicationId;
		const isKnown = queue.some(
			(sent) => sent.MessageDeduplicationId === id && id !== undefined,
		);
		if (!isKnown) queue.push(request);
		return [
			200,
			{
				MessageId: String(queue.length),
				MD5OfMessageBody: hash("md5", request.MessageBody),
			},
		];
	};
	const start = async (): Promise<void> => {
		server = createServer(async (request, response) => {
			const chunks: Buffer[] = [];
			for await (const chunk of request) chunks.push(chunk as Buffer);
			const target = String(request.headers["x-amz-target"]);
			const body = Buffer.concat(chunks).toString();
			const [status, value] = answer(target, JSON.parse(body) as Sent);
			response.writeHead(status, {
				"content-type": "application/x-amz-json-1.0",
			});
			response.end(JSON.stringify(value));
		}).listen(0, "127.0.0.1");
		await once(server, "listening");
		port = (server.address() as AddressInfo).port;
	};
	const kill = async (): Promise<void> => {
		server.close();
		server.closeAllConnections();
	};
	await start();
	const add = (name: string): string => {
		queues.set(name, []);
		return name;
	};
	return {
		scheme: "sqs",
		tlsScheme: "sqs",
		path: "/000000000000",
		user: "AKIDEXAMPLE",
		password: "wJalrXUtnFEMI-secret",
		settings: "region: eu-west-1",
		port: () => port,
		makeTarget: async (name) => add(`${name}.fifo`),
		read: async (target) => (queues.get(target) ?? []).map(toKept),
		makeRefusing: async () => ({
			to: "missing.fifo",
			relent: async () => void add("missing.fifo"),
		}),
		async fill() {
			isFull = true;
			return async () => {
				isFull = false;
			};
		},
		start,
		kill,
		stop: kill,
	};
}

// --- helpers ---

function toKept({
	MessageBody,
	MessageGroupId,
	MessageDeduplicationId,
	MessageAttributes = {},
}: Sent): Kept {
	return {
		id: MessageDeduplicationId ?? "",
		key: MessageGroupId,
		body: MessageBody,
		headers: Object.fromEntries(
			Object.entries(MessageAttributes).map(([name, { StringValue }]) => [
				name,
				StringValue,
			]),
		),
	};
}
