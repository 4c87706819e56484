import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to the server that can lose an answer. */
export interface LossyProxy {
	readonly lost: number;
	through(url: string): string;
	/** Lets nothing through from now on, as a network does whose cable is cut: no connection ends. */
	cut(): void;
	/** Breaks the connection when the answer to the next request with this word comes back. */
	loseAnswerTo(word: string): void;
	stop(): Promise<void>;
}

/** Starts one on loopback, to a port of loopback. */
export async function startProxy(port: number): Promise<LossyProxy> {
	const sockets = new Set<Socket>();
	let word: string | undefined;
	let lost = 0;
	let isCut = false;
	const server = createServer((client) => {
		const upstream = connect(port, "127.0.0.1");
		let isDoomed = false;
		for (const socket of [client, upstream]) {
			sockets.add(socket);
			socket.on("error", () => {});
			socket.on("close", () => {
				sockets.delete(socket);
				client.destroy();
				upstream.destroy();
			});
		}
		client.on("data", (part) => {
			if (isCut) return;
			if (word !== undefined && part.includes(word)) {
				isDoomed = true;
				word = undefined;
			}
			upstream.write(part);
		});
		upstream.on("data", (part) => {
			if (isCut) return;
			if (!isDoomed) {
				client.write(part);
				return;
			}
			lost += 1;
			client.destroy();
		});
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	const own = (server.address() as AddressInfo).port;
	return {
		get lost() {
			return lost;
		},
		through: (url) => url.replace(`:${port}/`, `:${own}/`),
		cut() {
			isCut = true;
		},
		loseAnswerTo(next) {
			word = next;
		},
		async stop() {
			for (const socket of sockets) socket.destroy();
			server.close();
			await once(server, "close");
		},
	};
}
