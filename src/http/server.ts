import { once } from "node:events";
import { unlink } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type Koa from "koa";
import type { ListenSettings } from "../config/settings.ts";

/** Servers that accept connections. */
export interface Listening {
	/** As URLs: `http://127.0.0.1:8080`, `unix:/run/switchhook.sock`. */
	readonly addresses: readonly string[];
	/** Stops accepting, and resolves when every request under way is answered. */
	close(): Promise<void>;
	/** Ends the connections that are still open. */
	closeNow(): void;
}

/** Opens every address, or none: when one fails, those already open are closed and the error is thrown. */
export async function listen(
	app: Koa,
	places: readonly ListenSettings[],
): Promise<Listening> {
	const handle = app.callback();
	const servers: Server[] = [];
	const closeAll = async (): Promise<void> => {
		// A connection that falls idle after the last request would hold the server open.
		const sweep = setInterval(() => {
			for (const server of servers) server.closeIdleConnections();
		}, 20);
		await Promise.all(
			servers.map((server) => new Promise((done) => server.close(done))),
		);
		clearInterval(sweep);
	};
	try {
		const addresses: string[] = [];
		for (const place of places) {
			const server = createServer(
				{
					// A webhook is small and its sender is fast: who trickles holds a socket, nothing else.
					headersTimeout: 10_000,
					requestTimeout: 30_000,
					// Longer than a proxy's own, so that it never reuses a connection that is being closed.
					keepAliveTimeout: 75_000,
				},
				handle,
			);
			// With a listener the interim answer is ours to give, after the firewall.
			server.on("checkContinue", handle);
			servers.push(server);
			addresses.push(await open(server, place));
		}
		return {
			addresses,
			close: closeAll,
			closeNow: () => {
				for (const server of servers) server.closeAllConnections();
			},
		};
	} catch (error) {
		await closeAll();
		throw error;
	}
}

// --- helpers ---

async function open(server: Server, place: ListenSettings): Promise<string> {
	if (place.kind === "unix") {
		await removeStaleSocket(place.path);
		await ready(server.listen({ path: place.path }));
		return `unix:${place.path}`;
	}
	await ready(server.listen({ host: place.host, port: place.port }));
	return toUrl(server.address() as AddressInfo);
}

async function ready(server: Server): Promise<void> {
	await once(server, "listening");
}

/** A socket file that a killed process left behind would refuse every later start; a live one stays. */
async function removeStaleSocket(path: string): Promise<void> {
	const probe = connect(path);
	const isLive = await once(probe, "connect").then(
		() => true,
		() => false,
	);
	probe.destroy();
	if (!isLive) await unlink(path).catch(() => undefined);
}

function toUrl({ address, family, port }: AddressInfo): string {
	return family === "IPv6"
		? `http://[${address}]:${port}`
		: `http://${address}:${port}`;
}
