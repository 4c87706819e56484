import { once } from "node:events";
import { lstat, unlink } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import {
	type AddressInfo,
	connect,
	type Server as NetServer,
	type Socket,
} from "node:net";
import type Koa from "koa";
import type { ListenSettings } from "../config/settings.ts";
import { UNIX_PEER } from "../gate/client-address.ts";
import type { Peers } from "../gate/peers.ts";
import { answerClientErrors } from "./client-errors.ts";
import { boundConnections } from "./connections.ts";
import { type HandedConnections, serveHanded } from "./handed.ts";
import { boundPipeline } from "./pipelined.ts";
import type { OnRejection } from "./rejection.ts";
import { closeStalled } from "./stalled.ts";
import { guardHandshakes, type Tls } from "./tls.ts";

/** A listening socket that another process opened, such as systemd. */
export interface HandedSocket {
	readonly kind: "handed";
	readonly fd: number;
	/** Empty if it has none. */
	readonly name: string;
}

/** A place to listen on. */
export type Place = ListenSettings | HandedSocket;

/** The servers that accept connections. */
export interface Listening {
	/** The addresses as URLs: `http://127.0.0.1:8080`, `unix:/run/switchhook.sock`. */
	readonly addresses: readonly string[];
	/** The first TCP port among them. */
	readonly port: number | undefined;
	/** All of them. */
	readonly ports: readonly number[];
	/** Stops accepting connections, and resolves when all running requests are answered. */
	close(): Promise<void>;
	/** Ends the connections that are still open. */
	closeNow(): void;
}

/** The limits of the listeners, and the callback for rejections. */
export interface ListenOptions {
	/** The maximum size of a request line with headers in bytes. Default 16 KiB. */
	readonly headLimitBytes?: number;
	/** The maximum number of connections for all listeners, default 10,000. One address may have a quarter of them. */
	readonly maxConnections?: number;
	/**
	 * Returns the current peers. Called for each connection, because a reload changes them. Default: every peer is admitted, and
	 * none is a proxy.
	 */
	readonly peers?: () => Peers;
	/** The milliseconds after which a client that reads no answer data is disconnected. Default 60,000. */
	readonly stallMs?: number;
	/** The milliseconds in which a request line with its headers must be complete. Default 10,000. */
	readonly headMs?: number;
	/** The milliseconds in which a request with its body must be complete. Default 30,000. */
	readonly requestMs?: number;
	/** The milliseconds after which a connection without a request is closed. Default 75,000. */
	readonly idleMs?: number;
	readonly onRejection?: OnRejection;
	/** True restricts unix sockets to the user of this process (mode 0600). Default false: the umask decides. */
	readonly isPrivate?: boolean;
	/** Gives the connections of the addresses, which another process has opened. Default: this process opens them. */
	readonly handed?: HandedConnections | undefined;
	/** The certificate of the TCP listeners. Default: they speak HTTP. */
	readonly tls?: Tls | undefined;
}

/** How an address is opened and named. */
export interface AddressOptions extends Pick<ListenOptions, "isPrivate"> {
	/** True if HTTPS is spoken there. Default false. */
	readonly isTls?: boolean;
}

/** Opens all addresses or none: if one fails, the open ones are closed and the error is thrown. */
export async function listen(
	app: Koa,
	places: readonly Place[],
	options: ListenOptions = {},
): Promise<Listening> {
	const { onRejection = ignore } = options;
	const handle = boundPipeline(app.callback(), onRejection);
	const servers: Server[] = [];
	const closers: (() => Promise<unknown>)[] = [];
	const endHandshakes: (() => void)[] = [];
	const closeAll = async (): Promise<void> => {
		// A connection that becomes idle after the last request would keep the server open.
		const sweep = setInterval(() => {
			for (const server of servers) server.closeIdleConnections();
			for (const end of endHandshakes) end();
		}, 20);
		await Promise.all(closers.map((close) => close()));
		clearInterval(sweep);
	};
	try {
		const addresses: string[] = [];
		for (const [at, place] of places.entries()) {
			const tls = place.kind === "unix" ? undefined : options.tls;
			const server = createRouterServer(options, tls);
			if (tls !== undefined)
				endHandshakes.push(guardHandshakes(server, onRejection));
			server.on("request", handle);
			// With a listener, the router sends the interim answer itself, after the firewall.
			server.on("checkContinue", handle);
			if (place.kind === "unix") server.on("connection", nameUnixPeer);
			if (place.kind === "handed") nameHandedPeers(server);
			const { maxConnections = DEFAULT_MAX_CONNECTIONS, peers = anyPeers } =
				options;
			const max = Math.max(1, Math.floor(maxConnections / places.length));
			const maxPerAddress = Math.max(1, Math.floor(max / 4));
			boundConnections(server, { max, maxPerAddress, peers }, onRejection);
			servers.push(server);
			if (options.handed !== undefined) {
				closers.push(serveHanded(server, options.handed, at));
				continue;
			}
			closers.push(() => new Promise((done) => server.close(done)));
			const isTls = tls !== undefined;
			addresses.push(await openAddress(server, place, { ...options, isTls }));
		}
		const ports = servers.map(portOf).filter((port) => port !== undefined);
		return {
			addresses,
			port: ports[0],
			ports,
			close: closeAll,
			closeNow: () => {
				for (const end of endHandshakes) end();
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

function createRouterServer(
	{
		headLimitBytes = DEFAULT_HEAD_LIMIT_BYTES,
		stallMs = DEFAULT_STALL_MS,
		headMs = 10_000,
		requestMs = 30_000,
		idleMs = 75_000,
		onRejection = ignore,
	}: ListenOptions,
	tls: Tls | undefined,
): Server {
	const options = {
		// A webhook is small and its sender is fast. A slow sender only occupies a socket.
		headersTimeout: headMs,
		requestTimeout: requestMs,
		// By default Node checks these timeouts only every 30 s.
		connectionsCheckingInterval: Math.min(2_000, headMs / 5),
		// Node would keep the first of two Authorization headers, and it is unknown which one was signed.
		joinDuplicateHeaders: true,
		// Longer than a proxy's timeout, so that a proxy never reuses a connection that is being closed.
		keepAliveTimeout: idleMs,
		maxHeaderSize: headLimitBytes,
		// Node would answer by itself and then handle the data after such a request.
		requireHostHeader: false,
	};
	const server =
		tls === undefined
			? createServer(options)
			: createTlsServer({ ...options, ...tls.options() });
	tls?.add(server);
	// By default Node silently drops headers after the first 1,000, so 1,000 empty headers would hide those that a proxy adds
	// after them. The total size already limits their number.
	server.maxHeadersCount = 0;
	closeStalled(server, stallMs);
	answerClientErrors(server, headLimitBytes, onRejection);
	return server;
}

/**
 * Names unix peers. A TCP connection that was reset has no remote address either (getpeername(2) fails), although data from
 * before the reset is still read. Without a name, unix peers could be impersonated.
 */
function nameUnixPeer(socket: Socket): void {
	Object.defineProperty(socket, "remoteAddress", { value: UNIX_PEER });
}

/** Names the peers of a handed socket if it is a Unix socket, which is only known when it listens. */
function nameHandedPeers(server: Server): void {
	server.once("listening", () => {
		if (isUnix(server)) server.prependListener("connection", nameUnixPeer);
	});
}

/** Returns true for a Unix socket of another process: Node does not know its address. */
function isUnix(server: NetServer): boolean {
	return server.address() === null;
}

/** Lets a server listen. Returns the address as a URL. */
export async function openAddress(
	server: NetServer,
	place: Place,
	{ isPrivate = false, isTls = false }: AddressOptions,
): Promise<string> {
	if (place.kind === "unix") {
		await removeStaleSocket(place.path);
		await ready(listenAt(server, place.path, isPrivate));
		return `unix:${place.path}`;
	}
	if (place.kind === "handed") {
		await ready(server.listen({ fd: place.fd }));
		if (isUnix(server)) return `unix:${place.name || `fd/${place.fd}`}`;
	} else {
		await ready(server.listen({ host: place.host, port: place.port }));
	}
	return toUrl(isTls ? "https" : "http", server.address() as AddressInfo);
}

/**
 * Listens on a unix socket. Uses a umask for a private one, because chmod(2) after binding would be too late: a client that
 * connects in between stays connected. Binding is synchronous, so the umask is only changed for that call.
 */
function listenAt(
	server: NetServer,
	path: string,
	isPrivate: boolean,
): NetServer {
	if (!isPrivate) return server.listen({ path });
	const mask = process.umask(0o177);
	try {
		return server.listen({ path });
	} finally {
		process.umask(mask);
	}
}

async function ready(server: NetServer): Promise<void> {
	await once(server, "listening");
}

/**
 * Removes the socket file of a killed process, which would block every later start. Never removes a socket that is in use or
 * may not be accessed, or any other file.
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

/** Returns the port that a server listens on. Undefined for a unix socket. */
export function portOf(server: NetServer): number | undefined {
	const address = server.address();
	return typeof address === "object" ? address?.port : undefined;
}

function toUrl(
	protocol: string,
	{ address, family, port }: AddressInfo,
): string {
	return family === "IPv6"
		? `${protocol}://[${address}]:${port}`
		: `${protocol}://${address}:${port}`;
}
