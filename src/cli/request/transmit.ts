import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { ListenSettings } from "../../config/settings.ts";
import { CannotRun } from "../io.ts";
import type { Request } from "./encode.ts";

/** Where a request is sent: what `node:http` needs, and how it is written for a person. */
export interface Destination {
	/** `http://127.0.0.1:8080`, or `unix:/run/switchhook.sock`. */
	readonly origin: string;
	readonly secure: boolean;
	readonly connect:
		| { readonly host: string; readonly port: number }
		| { readonly socketPath: string };
	/** The Host header. */
	readonly host: string;
}

/** What came back. */
export interface Response {
	readonly status: number;
	readonly statusText: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Buffer;
	/** Milliseconds from sending to the last byte. */
	readonly durationMs: number;
}

/** The destination of a router that listens at such an address, from the same machine. Throws CannotRun for port 0. */
export function toDestination(listen: ListenSettings): Destination {
	if (listen.kind === "unix") {
		const { path } = listen;
		const connect = { socketPath: path };
		return {
			origin: `unix:${path}`,
			secure: false,
			connect,
			host: "localhost",
		};
	}
	const { port } = listen;
	if (port === 0) {
		throw new CannotRun(
			"the configuration listens at any free port: name the address that `switchhook serve` printed, as --to http://127.0.0.1:PORT/path",
		);
	}
	const host = LOOPBACK_OF[listen.host] ?? listen.host;
	const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
	return {
		origin: `http://${authority}`,
		secure: false,
		connect: { host, port },
		host: authority,
	};
}

/** The destination of an absolute URL. */
export function destinationOf(url: URL): Destination {
	const secure = url.protocol === "https:";
	const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
	// The brackets of an IPv6 address belong to the URL.
	const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
	return {
		origin: url.origin,
		secure,
		connect: { host, port },
		host: url.host,
	};
}

/** Sends a request and reads the answer to its end; a redirect is an answer. Throws CannotRun when none comes. */
export function transmit(
	{ method, path, query, headers, raw }: Request,
	{ origin, secure, connect, host }: Destination,
): Promise<Response> {
	const send = secure ? requestHttps : requestHttp;
	const started = performance.now();
	const length =
		raw.length === 0 ? {} : { "content-length": String(raw.length) };
	return new Promise((resolve, reject) => {
		const outgoing = send(
			{
				...connect,
				method,
				path: query === "" ? path : `${path}?${query}`,
				headers: { host, ...headers, ...length, connection: "close" },
				timeout: SILENCE_MS,
			},
			(incoming) => {
				const chunks: Buffer[] = [];
				incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
				incoming.on("error", (error) => reject(toFailure(error, origin)));
				incoming.on("end", () =>
					resolve({
						status: incoming.statusCode ?? 0,
						statusText: incoming.statusMessage ?? "",
						headers: flatten(incoming.headers),
						body: Buffer.concat(chunks),
						durationMs: performance.now() - started,
					}),
				);
			},
		);
		outgoing.on("error", (error) => reject(toFailure(error, origin)));
		outgoing.on("timeout", () =>
			outgoing.destroy(new Error(`no answer within ${SILENCE_MS / 1000} s`)),
		);
		outgoing.end(raw);
	});
}

// --- helpers ---

/** Longer than any handler has. */
const SILENCE_MS = 60_000;

/** An address that stands for all of the machine's is none that one can connect to everywhere. */
const LOOPBACK_OF: Readonly<Record<string, string>> = {
	"": "127.0.0.1",
	"0.0.0.0": "127.0.0.1",
	"::": "::1",
};

const NOBODY = new Set(["ECONNREFUSED", "ENOENT", "ENOTSOCK"]);

function toFailure(error: NodeJS.ErrnoException, origin: string): CannotRun {
	if (NOBODY.has(error.code ?? "")) {
		return new CannotRun(
			`nothing listens at ${origin}: start the router with \`switchhook serve\``,
		);
	}
	return new CannotRun(`no answer from ${origin}: ${error.message}`);
}

function flatten(
	headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [
			name,
			Array.isArray(value) ? value.join(", ") : (value ?? ""),
		]),
	);
}
