import type { Socket } from "node:net";

/** The state of a connection in addition to its requests. */
export interface Connection {
	/** The number of requests that wait for an earlier answer to be sent. */
	waiting: number;
	/** True after an answer with `Connection: close`: later data is no longer a request. */
	isLast: boolean;
	/** True while the head of an answer is sent and its body is not. */
	isStreaming: boolean;
}

/** Creates the state of a new connection. */
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
