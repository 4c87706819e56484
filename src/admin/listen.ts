import { once } from "node:events";
import {
	createServer,
	type RequestListener,
	type Server,
	STATUS_CODES,
} from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { closeStalled } from "../http/stalled.ts";
import { guardHandshakes, type Tls } from "../http/tls.ts";
import {
	ADMIN_PROBLEMS,
	AdminProblem,
	PROBLEM_TYPE,
	toProblemBody,
} from "./problem.ts";

/** An address for the admin listener. */
export interface AdminPlace {
	readonly host: string;
	readonly port: number;
	/** Undefined for HTTP. */
	readonly tls?: Tls | undefined;
}

/** The open admin listener. */
export interface AdminListening {
	readonly host: string;
	readonly port: number;
	/** Stops accepting connections, ends streams, and waits for the other answers for a second at most. */
	close(): Promise<void>;
}

/** Opens the listener. Throws the system's error, such as EADDRINUSE. */
export async function listenForAdmin(
	answer: RequestListener,
	{ host, port, tls }: AdminPlace,
): Promise<AdminListening> {
	const server: Server =
		tls === undefined
			? createServer(SERVER_OPTIONS)
			: createSecureServer({ ...SERVER_OPTIONS, ...tls.options() });
	tls?.add(server);
	const endHandshakes = guardHandshakes(server, () => {});
	// The page and the commands of a few people need a few connections.
	server.maxConnections = CONNECTIONS_MAX;
	server.maxHeadersCount = 0;
	closeStalled(server, STALL_MS);
	server.on("clientError", answerClientError);
	server.on("request", answer);
	// Without a listener Node would ask for the body before the token is checked.
	server.on("checkContinue", answer);
	server.listen({ host, port });
	await once(server, "listening");
	const bound = server.address() as AddressInfo;
	return {
		host: bound.address,
		port: bound.port,
		async close() {
			const closed = new Promise((done) => server.close(done));
			server.closeIdleConnections();
			if (tls !== undefined) endHandshakes();
			const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
			await closed;
			clearTimeout(timer);
		},
	};
}

// --- helpers ---

const CONNECTIONS_MAX = 256;
const STALL_MS = 60_000;
const CLOSE_MS = 1000;

const SERVER_OPTIONS = {
	headersTimeout: 10_000,
	requestTimeout: 30_000,
	connectionsCheckingInterval: 2_000,
	keepAliveTimeout: 75_000,
	maxHeaderSize: 16 * 1024,
	// Node would keep the first of two Authorization headers.
	joinDuplicateHeaders: true,
	// The application answers such a request as a problem.
	requireHostHeader: false,
} as const;

/** Answers a request that the parser refuses, and closes the connection. */
function answerClientError(
	{ code = "" }: NodeJS.ErrnoException,
	stream: unknown,
): void {
	const socket = stream as Socket;
	const problem = toProblem(code);
	if (problem === undefined || !socket.writable || socket.bytesWritten > 0) {
		socket.destroy();
		return;
	}
	const status = ADMIN_PROBLEMS[problem.code];
	const body = JSON.stringify(toProblemBody(problem));
	socket.end(
		[
			`HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
			"Connection: close",
			`Content-Type: ${PROBLEM_TYPE}`,
			`Content-Length: ${Buffer.byteLength(body)}`,
			"",
			body,
		].join("\r\n"),
	);
}

function toProblem(code: string): AdminProblem | undefined {
	if (code === "HPE_HEADER_OVERFLOW") {
		return new AdminProblem(
			"head-too-large",
			`The request line and headers exceed ${SERVER_OPTIONS.maxHeaderSize} bytes.`,
		);
	}
	if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
		return new AdminProblem("timeout", "The request did not arrive in time.");
	}
	return code.startsWith("HPE_")
		? new AdminProblem("bad-request", "The request is not valid HTTP.")
		: undefined;
}
