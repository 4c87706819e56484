import { once } from "node:events";
import {
	type AddressInfo,
	createServer,
	type Server,
	type Socket,
} from "node:net";
import type { Broker, Kept } from "./broker.ts";
import { WireReader, WireWriter } from "./kafka-wire.ts";

/** The numbers of the requests that the stand-in knows, each with its only version and whether it has tagged fields. */
const REQUESTS = {
	produce: { key: 0, version: 9, isFlexible: true },
	metadata: { key: 3, version: 12, isFlexible: true },
	saslHandshake: { key: 17, version: 1, isFlexible: false },
	apiVersions: { key: 18, version: 3, isFlexible: true },
	initProducerId: { key: 22, version: 4, isFlexible: true },
	saslAuthenticate: { key: 36, version: 2, isFlexible: true },
} as const;

const ERRORS = {
	unknownTopic: 3,
	outOfOrderSequence: 45,
	storage: 56,
	authentication: 58,
} as const;

const USER = "router";
const PASSWORD = "kafka-p4ssword";
const PARTITIONS = 3;

/** A partition with its messages, and the batches that each producer wrote. */
interface Partition {
	readonly kept: Kept[];
	/** By producer: the sequence number that comes next, and that of the last batch. */
	readonly producers: Map<bigint, { next: number; last: number }>;
}

/**
 * Stands in for Kafka, which cannot be had here: one broker that speaks the protocol to the real client, with SASL/PLAIN, three partitions
 * a topic, and the sequence numbers of idempotent producers as Kafka checks them. Its topics survive a restart. It is a stand-in of the
 * tests, not a broker.
 */
export async function startKafka(): Promise<Broker> {
	const state = new KafkaState();
	let server: Server;
	let port = 0;
	let sockets = new Set<Socket>();
	const start = async (): Promise<void> => {
		const open = new Set<Socket>();
		sockets = open;
		server = createServer((socket) => {
			open.add(socket);
			socket.on("error", () => {}).on("close", () => open.delete(socket));
			let rest: Buffer = Buffer.alloc(0);
			socket.on("data", (data: Buffer) => {
				rest = Buffer.concat([rest, data]);
				while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
					const end = 4 + rest.readInt32BE(0);
					const answer = state.answer(new WireReader(rest.subarray(4, end)));
					socket.write(new WireWriter().int32(answer.length).raw(answer).end());
					rest = rest.subarray(end);
				}
			});
		}).listen(0, "127.0.0.1");
		await once(server, "listening");
		port = (server.address() as AddressInfo).port;
	};
	const kill = async (): Promise<void> => {
		server.close();
		for (const socket of sockets) socket.destroy();
	};
	await start();
	return {
		scheme: "kafka",
		tlsScheme: "kafkas",
		user: USER,
		password: PASSWORD,
		port: () => port,
		advertise: (at) => {
			state.port = at;
		},
		makeTarget: async (name) => state.add(name),
		read: async (topic) =>
			(state.topics.get(topic) ?? []).flatMap(({ kept }) => kept),
		makeRefusing: async () => ({
			to: "missing",
			relent: async () => void state.add("missing"),
		}),
		async fill() {
			state.isFull = true;
			return async () => {
				state.isFull = false;
			};
		},
		start,
		kill,
		stop: kill,
	};
}

// --- helpers ---

class KafkaState {
	readonly topics = new Map<string, readonly Partition[]>();
	/** The port that clients are told. */
	port = 0;
	isFull = false;
	#producers = 0n;

	add(topic: string): string {
		const partitions = Array.from({ length: PARTITIONS }, () => ({
			kept: [],
			producers: new Map(),
		}));
		this.topics.set(topic, partitions);
		return topic;
	}

	/** Answers one request, without the length before it. */
	answer(request: WireReader): Buffer {
		const key = request.int16();
		request.int16();
		const correlation = request.int32();
		request.string();
		const known = Object.values(REQUESTS).find((one) => one.key === key);
		if (known?.isFlexible) request.tags();
		const answer = new WireWriter().int32(correlation);
		switch (key) {
			// The only flexible answer without tagged fields in its header (KIP-511).
			case REQUESTS.apiVersions.key:
				return this.#versions(answer).end();
			case REQUESTS.saslHandshake.key:
				return answer.int16(0).int32(1).string("PLAIN").end();
			case REQUESTS.saslAuthenticate.key:
				return this.#authenticate(request, answer.tags()).end();
			case REQUESTS.metadata.key:
				return this.#metadata(request, answer.tags()).end();
			case REQUESTS.initProducerId.key:
				this.#producers += 1n;
				return answer
					.tags()
					.int32(0)
					.int16(0)
					.int64(this.#producers)
					.int16(0)
					.tags()
					.end();
			case REQUESTS.produce.key:
				return this.#produce(request, answer.tags()).end();
			default:
				throw new Error(`the stand-in does not know the request ${key}`);
		}
	}

	#versions(answer: WireWriter): WireWriter {
		return answer
			.int16(0)
			.compactArray(Object.values(REQUESTS), ({ key, version }) =>
				answer.int16(key).int16(version).int16(version).tags(),
			)
			.int32(0)
			.tags();
	}

	#authenticate(request: WireReader, answer: WireWriter): WireWriter {
		const proof = request.compactBytes()?.toString();
		const isRight = proof === `\0${USER}\0${PASSWORD}`;
		return answer
			.int16(isRight ? 0 : ERRORS.authentication)
			.compactString(isRight ? undefined : "wrong user or password")
			.uvarint(1)
			.int64(0n)
			.tags();
	}

	#metadata(request: WireReader, answer: WireWriter): WireWriter {
		const topics = request.compactArray(() => {
			request.bytes(16);
			const name = request.compactString() ?? "";
			request.tags();
			return name;
		});
		answer.int32(0);
		answer.compactArray([0], (id) =>
			answer
				.int32(id)
				.compactString("127.0.0.1")
				.int32(this.port)
				.compactString(undefined)
				.tags(),
		);
		answer.compactString("stand-in").int32(0);
		answer.compactArray(topics, (name) => {
			const partitions = this.topics.get(name);
			answer.int16(partitions === undefined ? ERRORS.unknownTopic : 0);
			answer.compactString(name).raw(Buffer.alloc(16)).int8(0);
			answer.compactArray(partitions ?? [], (partition) => {
				answer
					.int16(0)
					.int32(partitions?.indexOf(partition) ?? 0)
					.int32(0)
					.int32(0);
				for (const nodes of [[0], [0], []])
					answer.compactArray(nodes, (node) => answer.int32(node));
				answer.tags();
			});
			answer.int32(0).tags();
		});
		return answer.tags();
	}

	#produce(request: WireReader, answer: WireWriter): WireWriter {
		request.compactString();
		request.int16();
		request.int32();
		const topics = request.compactArray(() => {
			const name = request.compactString() ?? "";
			const partitions = request.compactArray(() => {
				const index = request.int32();
				const batch = request.compactBytes() ?? Buffer.alloc(0);
				request.tags();
				return { index, error: this.#write(name, index, batch) };
			});
			request.tags();
			return { name, partitions };
		});
		answer.compactArray(topics, ({ name, partitions }) => {
			answer.compactString(name);
			answer.compactArray(partitions, ({ index, error }) => {
				answer.int32(index).int16(error).int64(0n).int64(-1n).int64(0n);
				answer
					.compactArray([], () => {})
					.compactString(undefined)
					.tags();
			});
			answer.tags();
		});
		return answer.int32(0).tags();
	}

	/** Keeps a batch, unless it is a repetition. Returns the error's number, 0 for none. */
	#write(topic: string, index: number, bytes: Buffer): number {
		const partition = this.topics.get(topic)?.[index];
		if (partition === undefined) return ERRORS.unknownTopic;
		if (this.isFull) return ERRORS.storage;
		const { producer, sequence, messages } = readBatch(bytes);
		const known = partition.producers.get(producer) ?? { next: 0, last: -1 };
		if (sequence === known.last) return 0;
		if (sequence !== known.next) return ERRORS.outOfOrderSequence;
		partition.producers.set(producer, {
			next: sequence + messages.length,
			last: sequence,
		});
		partition.kept.push(...messages);
		return 0;
	}
}

/** Reads a record batch (version 2). */
function readBatch(bytes: Buffer) {
	const batch = new WireReader(bytes);
	// Base offset, length, leader epoch, version, checksum, attributes, last offset delta, two timestamps.
	batch.bytes(8 + 4 + 4 + 1 + 4 + 2 + 4 + 8 + 8);
	const producer = batch.int64();
	batch.int16();
	const sequence = batch.int32();
	const messages = Array.from({ length: batch.int32() }, () =>
		readRecord(batch),
	);
	return { producer, sequence, messages };
}

function readRecord(batch: WireReader): Kept {
	batch.varint();
	batch.int8();
	batch.varint();
	batch.varint();
	const key = batch.varBytes()?.toString();
	const body = batch.varBytes()?.toString() ?? "";
	const headers: Record<string, string> = {};
	for (let left = batch.varint(); left > 0; left--) {
		const name = batch.varBytes()?.toString() ?? "";
		headers[name] = batch.varBytes()?.toString() ?? "";
	}
	return { id: headers.id ?? "", key, body, headers };
}
