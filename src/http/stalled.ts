import type { Server } from "node:http";
import type { Socket } from "node:net";
import { Server as TlsServer } from "node:tls";

/**
 * Closes the connections of clients that read nothing of their answers for `stallMs`, because each would keep its answers in
 * memory for ever. Checks all connections four times in that span: a timer for each would cost time for every request.
 */
export function closeStalled(server: Server, stallMs: number): void {
	const seen = new Map<Socket, Progress>();
	// With TLS the data is written to a socket of its own.
	const event = server instanceof TlsServer ? "secureConnection" : "connection";
	server.on(event, (socket: Socket) => {
		seen.set(socket, { taken: 0, since: performance.now() });
		socket.once("close", () => seen.delete(socket));
	});
	const look = (): void => {
		const now = performance.now();
		for (const [socket, progress] of seen) {
			const taken = socket.bytesWritten - socket.writableLength;
			if (socket.writableLength === 0 || taken !== progress.taken) {
				progress.taken = taken;
				progress.since = now;
			} else if (now - progress.since >= stallMs) {
				socket.destroy();
			}
		}
	};
	const timer = setInterval(look, stallMs / 4).unref();
	server.once("close", () => clearInterval(timer));
}

// --- helpers ---

/** Tracks how many bytes of the answers a client has read, and since when that number has not changed. */
interface Progress {
	taken: number;
	since: number;
}
