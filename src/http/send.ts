import type { ServerResponse } from "node:http";
import type { FileBody, Reply } from "../event/webhook.ts";
import { connectionOf } from "./connection.ts";
import { sendFile } from "./send-file.ts";

/** Sends a reply to a request that was read to its end. Returns a promise only for a file. */
export function send(
	response: ServerResponse,
	reply: Reply,
): undefined | Promise<void> {
	if (response.headersSent || response.destroyed) return undefined;
	const { body } = reply;
	const hasNoBody = body === undefined || response.req.method === "HEAD";
	response.writeHead(reply.status, framed(reply));
	if (hasNoBody) {
		response.end();
	} else if (isFile(body)) {
		return sendFile(response, body);
	} else {
		response.end(body);
	}
	return undefined;
}

/**
 * Sends a reply to a request whose body was not read, and closes the connection, because the rest of the body must not be
 * parsed as the next request. Closing a socket with unread bytes resets it, and the reset may overtake the answer. So the rest
 * is discarded (at most 256 KiB and 1 s) before closing.
 * not be taken for the next request. A socket that is closed with unread bytes is reset, and the reset
 * may overtake the answer; so the rest is thrown away for a while (at most 256 KiB and 1 s) before.
 */
export function sendLast(
	response: ServerResponse,
	reply: Reply,
): undefined | Promise<void> {
	if (response.headersSent || response.destroyed) return undefined;
	const { req: request } = response;
	const { body } = reply;
	// Data after the rest in the same chunk is still parsed.
	const connection = connectionOf(request.socket);
	connection.isLast = true;
	connection.isStreaming = true;
	response.writeHead(reply.status, { ...framed(reply), connection: "close" });
	if (isFile(body) && request.method !== "HEAD") {
		// Sending a file takes longer, so there is no need to linger.
		request.resume();
		return sendFile(response, body);
	}
	if (body === undefined || isFile(body)) response.flushHeaders();
	else response.write(body);
	let left = LINGER_BYTES;
	const finish = (): void => {
		clearTimeout(timer);
		response.end();
	};
	const timer = setTimeout(finish, LINGER_MS);
	request.on("data", (chunk: Buffer) => {
		left -= chunk.length;
		if (left < 0) finish();
	});
	request.once("end", finish);
	request.once("close", finish);
	request.resume();
	return undefined;
}

// --- helpers ---

const LINGER_BYTES = 256 * 1024;
const LINGER_MS = 1000;

function isFile(body: Reply["body"]): body is FileBody {
	return typeof body === "object" && "file" in body;
}

/** Returns the headers with a length, so that no answer is chunked. */
function framed({
	status,
	headers,
	body,
}: Reply): Readonly<Record<string, string>> {
	if (headers["content-length"] !== undefined) return headers;
	// RFC 9110 section 8.6: neither status may carry the header.
	if (status === 204 || status === 304 || isFile(body)) return headers;
	const length = body === undefined ? 0 : Buffer.byteLength(body);
	return { ...headers, "content-length": String(length) };
}
