import { type Server, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { describeError, HookError } from "../errors.ts";
import { connectionOf } from "./connection.ts";
import type { OnRejection, Rejection } from "./rejection.ts";

/**
 * Answers what the parser refuses and closes the connection, as Node does by itself, and tells of it.
 * Node's own close may reset the connection while the client still sends, and the reset may overtake the
 * answer; so what still comes is thrown away for a while (at most 1 s) before.
 */
export function answerClientErrors(
	server: Server,
	headLimitBytes: number,
	onRejection: OnRejection,
): void {
	const dismissed = new WeakSet<Socket>();
	server.on("clientError", (error: NodeJS.ErrnoException, stream) => {
		// What stands behind `Connection: close` is no request; the answer before it is still to be sent.
		if (error.code === "HPE_CLOSED_CONNECTION") return;
		// An HTTP server has no other streams: the type is wider than that.
		const socket = stream as Socket;
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
			reason: describeError(refused),
		});
		if (isHeard) dismiss(socket, refused.status);
		else socket.destroy();
	});
}

// --- helpers ---

const LINGER_MS = 1000;

/** A sender that says nothing is mostly a probe of whether the port is open. */
const SEVERITY_OF: Readonly<Record<string, Rejection["severity"]>> = {
	HEAD_TOO_LARGE: "warn",
	HTTP_TIMEOUT: "debug",
};

/** Undefined for what is the network's fault: nobody is there to be answered. */
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
	// The parser's own words: nothing of what was sent is in them.
	return new HookError("HTTP_SYNTAX", message);
}

function dismiss(socket: Socket, status: number): void {
	// The parser would find the same fault in whatever comes next.
	socket.removeAllListeners("data");
	socket.on("data", () => {});
	socket.on("error", () => {});
	const timer = setTimeout(() => socket.destroy(), LINGER_MS);
	socket.once("close", () => clearTimeout(timer));
	socket.end(
		`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
	);
}
