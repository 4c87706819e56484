import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to the server that can lose an answer, and be cut off. */
export interface LossyProxy {
	readonly lost: number;
	through(url: string): string;
	/** Breaks the connection when the answer to the next request with this word comes back. */
	loseAnswerTo(word: string): void;
	/** Ends all connections, and every new one at once. */
	cut(): void;
	/** Lets connections through again. */
	join(): void;
	/** Keeps connections open, and lets nothing through any more until `cut`. */
	hang(): void;
	/** Resolves when the answer to the next request with this word was lost, and the way is cut. */
	loseAndCut(word: string): Promise<void>;
	stop(): Promise<void>;
}

/** Starts one on loopback, to a port of loopback. */
export async function startProxy(port: number): Promise<LossyProxy> {
	const sockets = new Set<Socket>();
	let word: string | undefined;
	let lost = 0;
	let isCut = false;
	let isHung = false;
	let onLost: (() => void) | undefined;
	const cut = () => {
		isCut = true;
		isHung = false;
		for (const socket of sockets) socket.destroy();
	};
	const server = createServer((client) => {
		if (isCut) {
			client.destroy();
			return;
		}
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
			if (word !== undefined && part.includes(word)) {
				isDoomed = true;
				word = undefined;
			}
			if (!isHung) upstream.write(part);
		});
		upstream.on("data", (part) => {
			if (isHung) return;
			if (!isDoomed) {
				client.write(part);
				return;
			}
			lost += 1;
			client.destroy();
			onLost?.();
		});
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	const own = (server.address() as AddressInfo).port;
	return {
		get lost() {
			return lost;
		},
		through: (url) => url.replace(`:${port}/`, `:${own}/`),
		loseAnswerTo(next) {
			word = next;
		},
		cut,
		join() {
			isCut = false;
		},
		hang() {
			isHung = true;
		},
		loseAndCut(next) {
			word = next;
			return new Promise((done) => {
				onLost = () => {
					onLost = undefined;
					cut();
					done();
				};
			});
		},
		async stop() {
			for (const socket of sockets) socket.destroy();
			server.close();
			await once(server, "close");
		},
	};
}
