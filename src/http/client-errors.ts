import { type Server, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { describeError, HookError } from "../errors.ts";
import { connectionOf } from "./connection.ts";
import type { OnRejection, Rejection } from "./rejection.ts";
import { describeHandshake } from "./tls.ts";

/**
 * Answers requests that the parser refuses, closes the connection as Node does by default, and reports it. Node's own close may
 * reset the connection while the client still sends, and the reset may overtake the answer. So further data is discarded for at
 * most 1 s before closing.
 */
export function answerClientErrors(
	server: Server,
	headLimitBytes: number,
	onRejection: OnRejection,
): void {
	const dismissed = new WeakSet<Socket>();
	server.on("clientError", (error: NodeJS.ErrnoException, stream) => {
		// Data after `Connection: close` is not a request. The answer before it must still be sent.
		if (error.code === "HPE_CLOSED_CONNECTION") return;
		// The streams of an HTTP server are always sockets. The type is wider.
		const socket = stream as Socket;
		const handshake = describeHandshake(error, socket);
		if (handshake !== undefined) {
			const { remoteAddress: peer } = socket;
			onRejection({ peer, ...UNHEARD, reason: handshake });
		}
		const refused = toRefusal(error, headLimitBytes);
		if (refused === undefined || dismissed.has(socket)) {
			socket.destroy();
			return;
		}
		dismissed.add(socket);
		const isHeard = socket.writable && !connectionOf(socket).isStreaming;
		onRejection({
			peer: socket.remoteAddress,
			status: isHeard ? refused.status : undefined,
			severity: SEVERITY_OF[refused.code] ?? "info",
			code: refused.code,
			reason: describeError(refused),
		});
		if (isHeard) dismiss(socket, refused.status);
		else socket.destroy();
	});
}

// --- helpers ---

const LINGER_MS = 1000;

const UNHEARD = { status: undefined, severity: "info" } as const;

/** A client that sends nothing usually only probes whether the port is open. */
const SEVERITY_OF: Readonly<Record<string, Rejection["severity"]>> = {
	HEAD_TOO_LARGE: "warn",
	HTTP_TIMEOUT: "debug",
};

/** Returns undefined for a fault of the network, because there is no client to answer. */
function toRefusal(
	{ code = "", message }: NodeJS.ErrnoException,
	headLimitBytes: number,
): HookError | undefined {
	if (code === "HPE_HEADER_OVERFLOW") {
		return new HookError(
			"HEAD_TOO_LARGE",
			`the request line and headers exceed the ${headLimitBytes} bytes of \`server.headLimit\``,
		);
	}
	if (code === "ERR_HTTP_REQUEST_TIMEOUT") return new HookError("HTTP_TIMEOUT");
	if (!code.startsWith("HPE_")) return undefined;
	// The parser's own words contain nothing from the request.
	return new HookError("HTTP_SYNTAX", message);
}

function dismiss(socket: Socket, status: number): void {
	// The parser would report the same fault for all further data.
	socket.removeAllListeners("data");
	socket.on("data", () => {});
	socket.on("error", () => {});
	const timer = setTimeout(() => socket.destroy(), LINGER_MS);
	socket.once("close", () => clearTimeout(timer));
	socket.end(
		`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
	);
}
