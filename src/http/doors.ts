import { createServer, type Server, type Socket } from "node:net";
import {
	type AddressOptions,
	type Listening,
	openAddress,
	type Place,
	portOf,
} from "./server.ts";

/** The addresses of a router whose workers serve the connections. */
export interface Doors extends Pick<Listening, "addresses" | "port" | "ports"> {
	/** Stops accepting connections. */
	close(): void;
}

/**
 * Opens all addresses or none, and accepts connections without reading from them. The listener hands each one to a process that
 * serves it, with the index of its address. Throws the errors of `listen`.
 */
export async function openDoors(
	places: readonly Place[],
	onConnection: (socket: Socket, place: number) => void,
	options: AddressOptions = {},
): Promise<Doors> {
	const servers: Server[] = [];
	const close = (): void => {
		for (const server of servers) server.close();
	};
	try {
		const addresses: string[] = [];
		for (const [place, at] of places.entries()) {
			// The options of a socket survive the way to another process, and Node sets this one only where a server listens.
			const server = createServer(
				{ pauseOnConnect: true, noDelay: true, allowHalfOpen: true },
				(socket) => onConnection(socket, place),
			);
			servers.push(server);
			addresses.push(await openAddress(server, at, options));
		}
		const ports = servers.map(portOf).filter((port) => port !== undefined);
		return { addresses, port: ports[0], ports, close };
	} catch (error) {
		close();
		throw error;
	}
}
