import type { Socket } from "node:net";

/** Holds the state of a connection besides its requests. */
export interface Connection {
	/** Requests that wait for the answer before theirs to be sent. */
	waiting: number;
	/** True once an answer on it says `Connection: close`: nothing behind that is a request any more. */
	isLast: boolean;
	/** True while the head of an answer is out and its body is not. */
	isStreaming: boolean;
}

/** The memory of a connection, which begins empty. */
export function connectionOf(socket: Socket): Connection {
	let connection = connections.get(socket);
	if (connection === undefined) {
		connection = { waiting: 0, isLast: false, isStreaming: false };
		connections.set(socket, connection);
	}
	return connection;
}

// --- helpers ---

const connections = new WeakMap<Socket, Connection>();
