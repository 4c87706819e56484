import { once } from "node:events";
import {
	createServer,
	type IncomingMessage,
	type RequestListener,
	type ServerResponse,
} from "node:http";
import {
	type AddressInfo,
	createServer as createTcpServer,
	type Socket,
	type Server as TcpServer,
} from "node:net";
import type { HookEvent, Reply } from "../../src/event/webhook.ts";
import { Countdown } from "../../src/handler/countdown.ts";
import {
	createForwardHandler,
	type ForwardHandlerInit,
} from "../../src/handler/forward/forward.ts";
import type { ForwardSettings } from "../../src/handler/forward/settings.ts";
import { createUpstreams } from "../../src/handler/forward/upstream.ts";
import type { Handler } from "../../src/handler/handler.ts";
import { TEST_CHECKER } from "./plugin-harness.ts";

/** A POST of JSON, as the platform sends an SMS. */
export const SMS: HookEvent = {
	id: "2f6c7f8e-9f4b-4c39-a4c6-9c1a66c2a3d1",
	kind: "sms.inbound",
	level: "account",
	route: "inbound-sms",
	payload: { msisdn: "447700900001", text: "hello", sig: "abc" },
	receivedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
	attempt: 3,
	claims: { api_key: "abcd1234" },
	raw: Buffer.from('{"msisdn":"447700900001","text":"hello","sig":"abc"}'),
	params: {},
	headers: { "content-type": "application/json; charset=utf-8" },
	method: "POST",
	query: "",
	handedOn: 0,
};

/** What a server of the tests was sent. */
export interface Received {
	readonly method: string;
	readonly url: string;
	readonly headers: IncomingMessage["headers"];
	readonly body: string;
}

/** A server on the loopback, and what happens there. */
export interface TestServer {
	readonly url: string;
	readonly received: Received[];
	readonly connections: () => number;
	close(): Promise<void>;
}

/** The place where a server listens: a free port of the loopback by default. */
interface Place {
	readonly path?: string;
	readonly host?: string;
	readonly port?: number;
}

const open: TestServer[] = [];
const handlers: Handler[] = [];

/** Closes all handlers and servers that a test opened. */
export async function closeAll(): Promise<void> {
	await Promise.all(handlers.splice(0).map((handler) => handler.close?.()));
	await Promise.all(open.splice(0).map((server) => server.close()));
}

/** Answers each request, when it came whole, with what is given: a status, or by hand. */
export function serve(
	answer: number | ((response: ServerResponse, received: Received) => void),
	at: Place & { readonly server?: TcpServer } = {},
): Promise<TestServer> {
	const received: Received[] = [];
	const listener: RequestListener = (request, response) => {
		const chunks: Buffer[] = [];
		request.on("data", (chunk: Buffer) => chunks.push(chunk));
		request.on("end", () => {
			const { method = "", url = "", headers } = request;
			const one = {
				method,
				url,
				headers,
				body: Buffer.concat(chunks).toString(),
			};
			received.push(one);
			if (typeof answer === "number") response.writeHead(answer).end();
			else answer(response, one);
		});
	};
	const server = (at.server ?? createServer()).on("request", listener);
	return listen(server, received, at);
}

/** A server that is not one of HTTP: `talk` gets each connection. */
export function serveRaw(talk: (socket: Socket) => void): Promise<TestServer> {
	const server = createTcpServer((socket) => {
		socket.on("error", () => {});
		talk(socket);
	});
	return listen(server, []);
}

/** The settings of `forward`, as `check` puts in the defaults. */
export function settingsOf(
	url: string,
	given: Partial<ForwardSettings> = {},
): ForwardSettings {
	const { origin, pathname, search } = new URL(url);
	return {
		origin,
		socket: undefined,
		path: pathname + search,
		as: "original",
		headers: {},
		timeoutMs: undefined,
		connectTimeoutMs: 2000,
		successStatus: [{ from: 200, to: 299 }],
		retryStatus: [408, 425, 429]
			.map((status) => ({ from: status, to: status }))
			.concat({ from: 500, to: 599 }),
		keys: [],
		ca: undefined,
		maxBodyBytes: 1_000_000,
		keepAliveMs: 4000,
		connections: 64,
		...given,
	};
}

type Given = Partial<Omit<ForwardHandlerInit, "settings">> & {
	readonly settings?: Partial<ForwardSettings>;
};

/** What a handler is made of: in accept mode, unless it says otherwise. */
export function initOf(url: string, given: Given = {}): ForwardHandlerInit {
	return {
		route: {
			name: "inbound-sms",
			path: "/webhooks/sms",
			hasSchema: false,
			methods: ["POST"],
		},
		kind: { name: "sms.inbound", reply: { body: "none", required: false } },
		mode: "accept",
		checker: () => TEST_CHECKER,
		upstreams: createUpstreams(),
		publicUrl: () => "https://hooks.example.com",
		locate: () => ({ file: "routes.yaml", line: 1, column: 1 }),
		...given,
		settings: settingsOf(url, given.settings),
	};
}

/** A handler; `closeAll` closes it. */
export async function forwardTo(url: string, given?: Given): Promise<Handler> {
	const { handler, findings } = await createForwardHandler(initOf(url, given));
	if (handler === undefined) throw new Error(findings[0]?.what);
	handlers.push(handler);
	return handler;
}

/** Handles an event within its time, as the pipeline does. */
export async function handle(
	handler: Handler,
	event: Partial<HookEvent> = {},
	{ timeoutMs = 5000, drain = new AbortController().signal } = {},
): Promise<Reply | undefined> {
	const countdown = new Countdown(timeoutMs, drain);
	return countdown.race(
		Promise.resolve(handler.handle({ ...SMS, ...event }, countdown)),
	);
}

/** What handling an event fails with. */
export async function failureOf(work: Promise<unknown>): Promise<
	Error & {
		afterMs?: number;
		restMs?: number;
		isUncounted?: boolean;
		code?: string;
	}
> {
	try {
		await work;
	} catch (error) {
		return error as Error;
	}
	throw new Error("it did not fail");
}

// --- helpers ---

async function listen(
	server: TcpServer,
	received: Received[],
	{ path, host = "127.0.0.1", port: wanted = 0 }: Place = {},
): Promise<TestServer> {
	let connections = 0;
	const sockets = new Set<Socket>();
	server.on("connection", (socket) => {
		connections += 1;
		sockets.add(socket);
		socket.once("close", () => sockets.delete(socket));
	});
	if (path === undefined) server.listen(wanted, host);
	else server.listen(path);
	await once(server, "listening");
	const { port } = (server.address() ?? {}) as Partial<AddressInfo>;
	const made: TestServer = {
		url: `http://${host}:${port}`,
		received,
		connections: () => connections,
		async close() {
			for (const socket of sockets) socket.destroy();
			if (server.listening) await new Promise((done) => server.close(done));
		},
	};
	open.push(made);
	return made;
}
