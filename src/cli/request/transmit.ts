import { lstat } from "node:fs/promises";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { shortenSocketPath } from "../../http/control-socket.ts";
import { AnswerTooLong } from "../../phone/line.ts";
import { CannotRun } from "../io.ts";
import type { Request } from "./encode.ts";

/** The destination of a request, for `node:http` and for people. */
export interface Destination {
	/** `http://127.0.0.1:8080`, or `unix:/srv/data/switchhook.sock`. */
	readonly origin: string;
	readonly secure: boolean;
	readonly connect:
		| { readonly host: string; readonly port: number }
		| { readonly socketPath: string };
	/** The Host header. */
	readonly host: string;
}

/** The received answer. */
export interface Response {
	readonly status: number;
	readonly statusText: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Buffer;
	/** Milliseconds from sending to the last byte. */
	readonly durationMs: number;
}

/** Returns the destination of a router's control socket. Throws CannotRun if there is none. */
export async function toControl(path: string): Promise<ControlDestination> {
	const file = await lstat(path).catch(() => undefined);
	// A link may lead to a socket of another user.
	if (file?.isSocket() !== true) throw noRouter(path);
	const short = await shortenSocketPath(path);
	return {
		origin: `unix:${path}`,
		secure: false,
		connect: { socketPath: short.path },
		host: "localhost",
		release: short.release,
	};
}

/** A destination that is held open until it is released. */
export interface ControlDestination extends Destination {
	release(): Promise<void>;
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

/** Sends a request and reads the whole answer. Does not follow redirects. Throws CannotRun without an answer, and AnswerTooLong for one over the limit. */
export function transmit(
	{ method, path, query, headers, raw }: Request,
	{ origin, secure, connect, host }: Destination,
	maxBytes = Number.POSITIVE_INFINITY,
): Promise<Response> {
	const send = secure ? requestHttps : requestHttp;
	const started = performance.now();
	const sized =
		raw.length === 0 ? {} : { "content-length": String(raw.length) };
	return new Promise((resolve, reject) => {
		const outgoing = send(
			{
				...connect,
				method,
				path: query === "" ? path : `${path}?${query}`,
				headers: { host, ...headers, ...sized, connection: "close" },
				timeout: SILENCE_MS,
			},
			(incoming) => {
				const chunks: Buffer[] = [];
				let length = 0;
				incoming.on("data", (chunk: Buffer) => {
					length += chunk.length;
					chunks.push(chunk);
					if (length <= maxBytes) return;
					reject(new AnswerTooLong(maxBytes));
					outgoing.destroy();
				});
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

/** Longer than any handler's timeout. */
const SILENCE_MS = 60_000;

const NOBODY = new Set(["ECONNREFUSED", "ENOENT", "ENOTSOCK"]);

function toFailure(
	{ code = "", message }: NodeJS.ErrnoException,
	origin: string,
): CannotRun {
	const isControl = origin.startsWith("unix:");
	if (NOBODY.has(code)) {
		if (isControl) return noRouter(origin.slice("unix:".length));
		return new CannotRun(`nothing listens on ${origin}`);
	}
	if (isControl && code === "EACCES") {
		return new CannotRun(
			`${origin} belongs to another user. Run this command as the user that runs the router.`,
		);
	}
	return new CannotRun(`no answer from ${origin}: ${message}`);
}

function noRouter(path: string): CannotRun {
	return new CannotRun(
		`no router is running with this configuration: nothing listens on ${path}. Start one with \`switchhook serve\`, or name the URL of another with --url.`,
	);
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
