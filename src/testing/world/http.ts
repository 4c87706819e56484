import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from "node:http";
import { type Duplex, duplexPair } from "node:stream";
import { toConnectionError } from "./outgoing.ts";
import { currentWorld, type World } from "./world.ts";

/**
 * Opens a connection for code in a world without a network: its other end is a server in this process, which answers by the
 * world's stubs. So any client with an agent of Node's HTTP, such as most SDKs, works without a stub of its own.
 */
export function connectInWorld(protocol: "http:" | "https:"): Duplex {
	const world = currentWorld();
	const [near, far] = duplexPair();
	const server = createServer((request, response) => {
		if (world === undefined) return;
		answer(world, protocol, request, response).catch((error: Error) =>
			// The far end tells the near one of an end only, never of a fault.
			near.destroy(error),
		);
	});
	server.emit("connection", asSocket(far));
	return asSocket(near);
}

// --- helpers ---

/** Throws why the connection fails. */
async function answer(
	world: World,
	protocol: string,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	const { method = "GET", headers } = request;
	const url = `${protocol}//${headers.host ?? "localhost"}${request.url ?? "/"}`;
	const flat = Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name, String(value)]),
	);
	const body = Buffer.concat(chunks);
	const given = world.outgoing.send({
		by: "plugin",
		method,
		url,
		headers: flat,
		body,
	});
	if (given === undefined) throw world.outgoing.refuse(url, method);
	if ("error" in given) throw toConnectionError(given.error);
	response.writeHead(given.status, {
		...given.headers,
		"content-length": String(given.body.length),
		// A kept connection could be used again by another test.
		connection: "close",
	});
	response.end(given.body);
}

/** Adds the methods of a socket that Node's HTTP needs and a stream lacks. */
function asSocket(stream: Duplex): Duplex {
	const self = (): Duplex => stream;
	return Object.assign(stream, {
		setTimeout: self,
		setNoDelay: self,
		setKeepAlive: self,
		ref: self,
		unref: self,
		destroySoon: () => stream.end(),
	});
}
