import type { Server } from "node:http";
import type { Socket } from "node:net";

/** The connections that another process of this router accepts, and hands to this one. */
export interface HandedConnections {
	/**
	 * Calls back with each connection of an address, by its index. No byte of it has been read. Returns the function that stops
	 * it.
	 */
	take(place: number, listener: (socket: Socket) => void): () => void;
}

/**
 * Serves connections that were handed over, as if the server listened itself. Returns the function that stops it, and resolves
 * when all connections have ended.
 */
export function serveHanded(
	server: Server,
	connections: HandedConnections,
	place: number,
): () => Promise<void> {
	const open = new Set<Socket>();
	let onEmpty = (): void => {};
	const stop = connections.take(place, (socket) => {
		// A listening server counts for itself, and this one is told.
		if (open.size >= server.maxConnections) {
			const { remoteAddress } = socket;
			socket.destroy();
			server.emit("drop", remoteAddress === undefined ? {} : { remoteAddress });
			return;
		}
		open.add(socket);
		socket.once("close", () => {
			open.delete(socket);
			if (open.size === 0) onEmpty();
		});
		// As in a server that listens: a client that has sent its request may close its half of the connection.
		socket.allowHalfOpen = true;
		server.emit("connection", socket);
	});
	// Node looks for slow senders from this event on, and this server never listens.
	server.emit("listening");
	return async () => {
		stop();
		// Ends idle connections and the search for slow senders. Its callback is an error, because it does not listen.
		server.close(() => {});
		if (open.size === 0) return;
		await new Promise<void>((resolve) => {
			onEmpty = resolve;
		});
	};
}
