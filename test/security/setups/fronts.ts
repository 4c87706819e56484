import { once } from "node:events";
import { createServer as createHttpServer, request } from "node:http";
import {
	type AddressInfo,
	connect,
	createServer as createTcpServer,
	type Server,
} from "node:net";

/** Puts something in front of a port of 127.0.0.1, for as long as it is used. */
export type Behind = (
	port: number,
	use: (port: number) => Promise<void>,
) => Promise<void>;

/** Passes bytes on, as `ssh -R` and a plain TCP port do. */
export const behindForwarder: Behind = (port, use) =>
	withServer(
		createTcpServer((socket) => {
			const onward = connect(port, "127.0.0.1");
			for (const end of [socket, onward]) end.on("error", () => {});
			socket.pipe(onward).pipe(socket);
		}),
		use,
	);

/** Passes requests on and names the client behind what is there, as the programs of tunnels do. */
export const behindTunnel: Behind = (port, use) =>
	withServer(
		createHttpServer((incoming, outgoing) => {
			const { method, url, headers } = incoming;
			const hops = [
				headers["x-forwarded-for"],
				incoming.socket.remoteAddress,
			].filter((hop) => hop !== undefined);
			const onward = request(
				{
					host: "127.0.0.1",
					port,
					method,
					path: url,
					headers: { ...headers, "x-forwarded-for": hops.join(", ") },
				},
				(answer) => {
					outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
					answer.pipe(outgoing);
				},
			);
			incoming.pipe(onward);
		}),
		use,
	);

/** Nothing in front. */
export const behindNothing: Behind = (port, use) => use(port);

/** The port of a URL. */
export function portOf(url: string): number {
	return Number(new URL(url).port);
}

// --- helpers ---

async function withServer(
	server: Server,
	use: (port: number) => Promise<void>,
): Promise<void> {
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	try {
		await use((server.address() as AddressInfo).port);
	} finally {
		server.close();
		await once(server, "close");
	}
}
