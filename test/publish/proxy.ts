import { once } from "node:events";
import {
	type AddressInfo,
	createServer,
	connect as dial,
	type Socket,
} from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";

/** Stands between a router and a broker: counts the connections, and delays what the broker answers. */
export interface BrokerProxy {
	readonly port: number;
	/** The connections that are open. */
	open(): number;
	/** All connections so far. */
	total(): number;
	/** Keeps the answers of the broker back until `release`. */
	hold(): void;
	release(): void;
	close(): Promise<void>;
}

/** Starts a proxy to the port that `target` returns at each connection. With `tls` it ends the encryption. */
export async function startProxy(
	target: () => number,
	tls?: TlsOptions,
): Promise<BrokerProxy> {
	const near = new Set<Socket>();
	const far = new Set<Socket>();
	let total = 0;
	let isHolding = false;
	const onClient = (client: Socket): void => {
		total += 1;
		const broker = dial(target(), "127.0.0.1");
		near.add(client);
		far.add(broker);
		client.pipe(broker);
		broker.on("data", (data: Buffer) => client.write(data));
		if (isHolding) broker.pause();
		const end = (): void => {
			near.delete(client);
			far.delete(broker);
			client.destroy();
			broker.destroy();
		};
		for (const socket of [client, broker])
			socket.on("close", end).on("error", end);
	};
	const server =
		tls === undefined
			? createServer(onClient)
			: createTlsServer(tls, onClient).on("tlsClientError", () => {});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return {
		port: (server.address() as AddressInfo).port,
		open: () => near.size,
		total: () => total,
		hold() {
			isHolding = true;
			for (const broker of far) broker.pause();
		},
		release() {
			isHolding = false;
			for (const broker of far) broker.resume();
		},
		async close() {
			for (const client of near) client.destroy();
			server.close();
			await once(server, "close");
		},
	};
}
