import type { RequestListener } from "node:http";
import { connectionOf } from "./connection.ts";
import type { OnRejection } from "./rejection.ts";

/**
 * Bounds what one connection may send ahead. Node reads a chunk of 64 KiB to its end before it looks at
 * another socket, which is 2,048 requests: answered one and all, they keep every other client waiting.
 * A connection with more than `waitingMax` requests that wait for an earlier answer is destroyed.
 *
 * A request behind `Connection: close` is none (RFC 9112 section 9.6): nobody would hear its answer.
 */
export function boundPipeline(
	handle: RequestListener,
	onRejection: OnRejection,
	waitingMax = 8,
): RequestListener {
	return (request, response) => {
		const { socket } = request;
		// What was read before the connection was destroyed is still parsed.
		if (socket.destroyed) return;
		const connection = connectionOf(socket);
		if (connection.isLast) return;
		if (!response.shouldKeepAlive) connection.isLast = true;
		// The answer gets the socket when those before it are sent.
		if (response.socket === null) {
			connection.waiting += 1;
			if (connection.waiting > waitingMax) {
				const peer = socket.remoteAddress;
				socket.destroy();
				onRejection({
					peer,
					status: undefined,
					severity: "warn",
					reason: `more than ${waitingMax} requests waited on one connection, so it was closed`,
				});
				return;
			}
			response.once("socket", () => {
				connection.waiting -= 1;
			});
		}
		handle(request, response);
	};
}
