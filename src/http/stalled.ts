import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Closes the connections of clients that take nothing of what is written to them for `stallMs`: each
 * would hold its answers in memory for ever. All are looked at four times in that span, rather than by a
 * timer of each, which costs something for every request.
 */
export function closeStalled(server: Server, stallMs: number): void {
	const seen = new Map<Socket, Progress>();
	server.on("connection", (socket: Socket) => {
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

/** Tracks how many bytes of the answers a client has taken, and since when that number has not changed. */
interface Progress {
	taken: number;
	since: number;
}
