import type { Server as HttpServer } from "node:http";
import type { ServerOptions } from "node:https";
import type { Socket } from "node:net";
import { TLSSocket, type Server as TlsServer } from "node:tls";
import { formatWording } from "../finding/finding.ts";
import {
	isSameTls,
	readTlsFiles,
	type TlsFiles,
	type TlsProblem,
	type TlsSettings,
} from "../tls/files.ts";
import type { OnRejection } from "./rejection.ts";

/** The certificate of listeners, which may be replaced while they are open. */
export interface Tls {
	/** Returns the current options of an HTTPS server. */
	options(): ServerOptions;
	/** Adds a server, which gets each later certificate until it closes. */
	add(server: HttpServer): void;
	/** Reads the files again, and replaces the certificate if they have changed and can be used. */
	refresh(): Promise<void>;
	/** Stops watching the files. */
	close(): void;
}

/** Hears of changed files. */
export interface TlsListener {
	replaced(): void;
	/** The changed files have problems. If one is an error, the previous certificate is kept. */
	troubled(problems: readonly TlsProblem[], isKept: boolean): void;
}

/** Options of `openTls`. */
export interface TlsOptions extends TlsListener {
	/** Returns the current settings. Called at each look, because a reload may change the paths. Undefined keeps the last ones. */
	readonly settings: () => TlsSettings | undefined;
	/** Milliseconds between two looks at the files. Default 10,000. */
	readonly everyMs?: number;
	/** The milliseconds in which a handshake must be complete. Default 10,000. */
	readonly handshakeMs?: number;
}

/**
 * Reads a certificate, and watches its files. They are read at intervals, because the tools that renew certificates replace
 * links and folders, which the system does not reliably report. Throws an Error if they cannot be used.
 */
export async function openTls(options: TlsOptions): Promise<Tls> {
	const { everyMs = 10_000, handshakeMs = HANDSHAKE_MS } = options;
	let settings = options.settings();
	if (settings === undefined) throw new Error("`tls` is not set");
	const first = await readTlsFiles(settings);
	if (first.files === undefined) throw new Error(describe(first.problems));
	let files: TlsFiles = first.files;
	let told = describe(first.problems);
	let seen = told;
	const { clientCertificates } = settings;
	const servers = new Set<TlsServer>();
	const look = async (isSure: boolean): Promise<void> => {
		settings = options.settings() ?? settings;
		if (settings === undefined) return;
		const { files: next, problems } = await readTlsFiles(settings);
		if (next !== undefined && !isSameTls(next, files)) {
			files = next;
			for (const server of servers) server.setSecureContext(contextOf(files));
			options.replaced();
		}
		const text = describe(problems);
		// Between the two writes of a renewal, key and certificate differ for a moment. Only what lasts is told.
		const isLasting = isSure || text === seen;
		seen = text;
		if (!isLasting || text === told) return;
		told = text;
		if (text !== "") options.troubled(problems, next === undefined);
	};
	let last = Promise.resolve();
	const queue = (isSure: boolean): Promise<void> => {
		last = last.then(() => look(isSure));
		return last;
	};
	const timer = setInterval(() => void queue(false), everyMs).unref();
	return {
		options: () => ({
			...contextOf(files),
			requestCert: clientCertificates !== "none",
			rejectUnauthorized: clientCertificates === "required",
			handshakeTimeout: handshakeMs,
		}),
		add(server) {
			// An HTTPS server is both, and its type only tells the one.
			const secure = server as HttpServer & TlsServer;
			servers.add(secure);
			secure.once("close", () => servers.delete(secure));
		},
		refresh: () => queue(true),
		close: () => clearInterval(timer),
	};
}

/**
 * Disconnects clients whose certificate no authority of `ca` signed, where one is optional: Node admits them then. Returns the
 * function that ends the handshakes under way, which `close` of a server does not know.
 */
export function guardHandshakes(
	server: HttpServer,
	onRejection: OnRejection,
): () => void {
	const pending = new Map<string, Socket>();
	server.on("connection", (socket: Socket) => {
		const key = keyOf(socket);
		pending.set(key, socket);
		socket.once("close", () => pending.delete(key));
	});
	// Before the parser of HTTP gets the socket.
	server.prependListener("secureConnection", (socket: TLSSocket) => {
		pending.delete(keyOf(socket));
		if (socket.authorized || !isPresented(socket)) return;
		onRejection({
			peer: socket.remoteAddress,
			status: undefined,
			severity: "warn",
			reason: `the client certificate is refused: ${socket.authorizationError}`,
		});
		socket.destroy();
	});
	return () => {
		for (const socket of pending.values()) socket.destroy();
	};
}

/** Describes why a handshake failed. Undefined for any other fault. */
export function describeHandshake(
	error: NodeJS.ErrnoException & { readonly reason?: string },
	socket: Socket,
): string | undefined {
	if (!(socket instanceof TLSSocket)) return undefined;
	const { code = "", reason } = error;
	if (code === "ERR_SSL_HTTP_REQUEST")
		return "the client speaks HTTP, and the router HTTPS";
	if (code === "ERR_TLS_HANDSHAKE_TIMEOUT")
		return "the client did not finish the TLS handshake in time";
	const refused = socket.authorizationError;
	if (refused) return `the client certificate is refused: ${refused}`;
	if (!code.startsWith("ERR_SSL_")) return undefined;
	return `the TLS handshake failed: ${reason ?? code}`;
}

// --- helpers ---

/** A sender shakes hands within a second. A slow one only occupies a socket; Node would wait for two minutes. */
const HANDSHAKE_MS = 10_000;

function contextOf({ cert, key, ca }: TlsFiles): ServerOptions {
	return { cert, key, minVersion: "TLSv1.2", ...(ca && { ca }) };
}

function describe(problems: readonly TlsProblem[]): string {
	return problems.map((problem) => formatWording(problem)).join(" ");
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
	return `${remoteAddress} ${remotePort}`;
}

/** Returns true if the client sent a certificate. Without `requestCert` it cannot. */
function isPresented(socket: TLSSocket): boolean {
	return Object.keys(socket.getPeerCertificate()).length > 0;
}
