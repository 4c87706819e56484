import { once } from "node:events";
import { lstat, unlink } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type Koa from "koa";
import type { ListenSettings } from "../config/settings.ts";
import { UNIX_PEER } from "../gate/client-address.ts";
import type { Peers } from "../gate/peers.ts";
import { answerClientErrors } from "./client-errors.ts";
import { boundConnections } from "./connections.ts";
import { boundPipeline } from "./pipelined.ts";
import type { OnRejection } from "./rejection.ts";
import { closeStalled } from "./stalled.ts";

/** Servers that accept connections. */
export interface Listening {
	/** As URLs: `http://127.0.0.1:8080`, `unix:/run/switchhook.sock`. */
	readonly addresses: readonly string[];
	/** The first TCP port among them. */
	readonly port: number | undefined;
	/** All of them. */
	readonly ports: readonly number[];
	/** Stops accepting, and resolves when every request under way is answered. */
	close(): Promise<void>;
	/** Ends the connections that are still open. */
	closeNow(): void;
}

/** The bounds of what is listened to, and who hears what they turn away. */
export interface ListenOptions {
	/** Bytes of a request line and its headers at most, default 16 KiB. */
	readonly headLimitBytes?: number;
	/** Connections at most, over all places, default 10,000; one address may have a quarter of them. */
	readonly maxConnections?: number;
	/** Called for each connection: a reload swaps what it returns. By default every peer is welcome, and none is a proxy. */
	readonly peers?: () => Peers;
	/** Milliseconds after which a client that takes nothing of its answers is sent away, default 60,000. */
	readonly stallMs?: number;
	readonly onRejection?: OnRejection;
	/** True keeps unix sockets to the user of this process (mode 0600), default false: the umask decides. */
	readonly isPrivate?: boolean;
}

/** Opens every address, or none: when one fails, those already open are closed and the error is thrown. */
export async function listen(
	app: Koa,
	places: readonly ListenSettings[],
	options: ListenOptions = {},
): Promise<Listening> {
	const { onRejection = ignore } = options;
	const handle = boundPipeline(app.callback(), onRejection);
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
			const server = createRouterServer(options);
			server.on("request", handle);
			// With a listener the interim answer is ours to give, after the firewall.
			server.on("checkContinue", handle);
			if (place.kind === "unix") server.on("connection", nameUnixPeer);
			const { maxConnections = DEFAULT_MAX_CONNECTIONS, peers = anyPeers } =
				options;
			const max = Math.max(1, Math.floor(maxConnections / places.length));
			const maxPerAddress = Math.max(1, Math.floor(max / 4));
			boundConnections(server, { max, maxPerAddress, peers }, onRejection);
			servers.push(server);
			addresses.push(await open(server, place, options));
		}
		const ports = servers.map(portOf).filter((port) => port !== undefined);
		return {
			addresses,
			port: ports[0],
			ports,
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

const DEFAULT_HEAD_LIMIT_BYTES = 16 * 1024;
const DEFAULT_MAX_CONNECTIONS = 10_000;
const DEFAULT_STALL_MS = 60_000;

const ANY_PEERS: Peers = { isWelcome: () => true, isProxy: () => false };
const anyPeers = (): Peers => ANY_PEERS;
const ignore = (): void => {};

function createRouterServer({
	headLimitBytes = DEFAULT_HEAD_LIMIT_BYTES,
	stallMs = DEFAULT_STALL_MS,
	onRejection = ignore,
}: ListenOptions): Server {
	const server = createServer({
		// A webhook is small and its sender is fast: who trickles holds a socket, nothing else.
		headersTimeout: 10_000,
		requestTimeout: 30_000,
		// By default Node looks every 30 s whether these are over.
		connectionsCheckingInterval: 2_000,
		// Node would keep the first of two Authorization headers: which of them was signed nobody knows.
		joinDuplicateHeaders: true,
		// Longer than a proxy's own, so that it never reuses a connection that is being closed.
		keepAliveTimeout: 75_000,
		maxHeaderSize: headLimitBytes,
		// Node would answer by itself, and handle what stands behind such a request.
		requireHostHeader: false,
	});
	// By default Node drops what comes after 1,000 headers, without a word: 1,000 empty ones would hide
	// what a proxy writes behind them. Their size bounds their number.
	server.maxHeadersCount = 0;
	closeStalled(server, stallMs);
	answerClientErrors(server, headLimitBytes, onRejection);
	return server;
}

/**
 * A TCP connection that was reset has no remote address either (getpeername(2) fails), while what was
 * sent before the reset is still read: without a name of their own, unix peers could be impersonated.
 */
function nameUnixPeer(socket: Socket): void {
	Object.defineProperty(socket, "remoteAddress", { value: UNIX_PEER });
}

async function open(
	server: Server,
	place: ListenSettings,
	{ isPrivate = false }: ListenOptions,
): Promise<string> {
	if (place.kind === "unix") {
		await removeStaleSocket(place.path);
		await ready(listenAt(server, place.path, isPrivate));
		return `unix:${place.path}`;
	}
	await ready(server.listen({ host: place.host, port: place.port }));
	return toUrl(server.address() as AddressInfo);
}

/**
 * Listens on a unix socket, if private with a mask. A chmod(2) afterwards would be too late: a client that connects in
 * between stays. Binding is synchronous, and so is the mask.
 */
function listenAt(server: Server, path: string, isPrivate: boolean): Server {
	if (!isPrivate) return server.listen({ path });
	const mask = process.umask(0o177);
	try {
		return server.listen({ path });
	} finally {
		process.umask(mask);
	}
}

async function ready(server: Server): Promise<void> {
	await once(server, "listening");
}

/**
 * A socket file that a killed process left behind would refuse every later start. Nothing else is
 * removed: not a socket that somebody listens on or that may not be asked, not a file of another kind.
 */
async function removeStaleSocket(path: string): Promise<void> {
	const file = await lstat(path).catch(() => undefined);
	if (file?.isSocket() !== true) return;
	const probe = connect(path);
	const isStale = await once(probe, "connect").then(
		() => false,
		(error: NodeJS.ErrnoException) => error.code === "ECONNREFUSED",
	);
	probe.destroy();
	if (isStale) await unlink(path);
}

function portOf(server: Server): number | undefined {
	const address = server.address();
	return typeof address === "object" ? address?.port : undefined;
}

function toUrl({ address, family, port }: AddressInfo): string {
	return family === "IPv6"
		? `http://[${address}]:${port}`
		: `http://${address}:${port}`;
}
