import type { RequestListener } from "node:http";
import { connectionOf } from "./connection.ts";
import type { OnRejection } from "./rejection.ts";

/**
 * Limits the pipelined requests of one connection. Node reads a chunk of 64 KiB to its end before it serves another socket.
 * That is 2,048 requests, and answering all of them would block every other client. A connection with more than `waitingMax`
 * requests that wait for an earlier answer is destroyed.
 *
 * A request after `Connection: close` is ignored (RFC 9112 section 9.6), because its answer could not be sent.
 */
export function boundPipeline(
	handle: RequestListener,
	onRejection: OnRejection,
	waitingMax = 8,
): RequestListener {
	return (request, response) => {
		const { socket } = request;
		// Data that was read before the connection was destroyed is still parsed.
		if (socket.destroyed) return;
		const connection = connectionOf(socket);
		if (connection.isLast) return;
		if (!response.shouldKeepAlive) connection.isLast = true;
		// The answer gets the socket after the earlier answers are sent.
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
