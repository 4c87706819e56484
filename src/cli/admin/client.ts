import { request as requestHttp } from "node:http";
import { type RequestOptions, request as requestHttps } from "node:https";
import { isRecord } from "../../event/is-record.ts";
import { CannotRun } from "../io.ts";
import { type AdminFile, adminFileOf, readAdminFile } from "./file.ts";

/** Calls the admin API of the router that runs with a configuration. */
export interface AdminClient {
	readonly url: string;
	/** Calls an operation. Resolves for every status. Throws CannotRun if the router does not answer. */
	call(
		method: "GET" | "POST" | "PUT" | "DELETE",
		path: string,
		options?: AdminCall,
	): Promise<AdminAnswered>;
}

/** The parts of a call besides its operation. */
export interface AdminCall {
	/** A list repeats its name. Undefined values are left out. */
	readonly query?: Readonly<
		Record<string, string | number | boolean | readonly string[] | undefined>
	>;
	/** Sent as JSON. */
	readonly body?: unknown;
	readonly signal?: AbortSignal | undefined;
	/** Gets the body of a stream piece by piece instead of the answer. */
	readonly onChunk?: (chunk: string) => void;
}

/** The answer of an operation. */
export interface AdminAnswered {
	readonly status: number;
	/** The parsed body. Undefined if it is empty or streamed, and the text if it is not JSON. */
	readonly body: unknown;
	/** The advice of a problem. Undefined if the call succeeded. */
	readonly problem: string | undefined;
}

/** Finds the router that runs, by its control socket's path. Undefined if none does. `headers` are sent with each call. */
export async function findAdmin(
	socket: string,
	headers: Readonly<Record<string, string>> = {},
): Promise<AdminClient | undefined> {
	const file = await readAdminFile(adminFileOf(socket));
	if (file === undefined) return undefined;
	const client = createAdminClient(file, headers);
	// The number of its process may belong to another program by now.
	const isThere = await client.call("GET", "/router").then(
		({ status }) => status === 200,
		() => false,
	);
	return isThere ? client : undefined;
}

/** Creates the client of a router. `headers` are sent with each call. */
export function createAdminClient(
	file: Omit<AdminFile, "pid">,
	headers: Readonly<Record<string, string>> = {},
): AdminClient {
	return {
		url: file.url,
		call: (method, path, options = {}) =>
			send(file, headers, method, path, options),
	};
}

/** Writes the query of a call. */
export function toSearch(query: AdminCall["query"] = {}): string {
	const search = new URLSearchParams();
	for (const [name, value] of Object.entries(query))
		for (const one of Array.isArray(value) ? value : [value])
			if (one !== undefined) search.append(name, String(one));
	return search.toString();
}

// --- helpers ---

const SILENCE_MS = 60_000;

function send(
	{ url, token, certificate }: Omit<AdminFile, "pid">,
	headers: Readonly<Record<string, string>>,
	method: string,
	path: string,
	{ query, body, signal, onChunk }: AdminCall,
): Promise<AdminAnswered> {
	const target = new URL(`${url}/api/v1${path}`);
	target.search = toSearch(query);
	const text = body === undefined ? undefined : JSON.stringify(body);
	const options: RequestOptions = {
		...(certificate !== undefined && {
			// The file names the certificate itself, which may be for another host, or signed by nobody.
			ca: certificate,
			allowPartialTrustChain: true,
			checkServerIdentity: () => undefined,
		}),
		method,
		signal,
		timeout: SILENCE_MS,
		headers: {
			...headers,
			authorization: `Bearer ${token}`,
			...(text !== undefined && {
				"content-type": "application/json",
				"content-length": Buffer.byteLength(text),
			}),
		},
		agent: false,
	};
	const request = target.protocol === "https:" ? requestHttps : requestHttp;
	return new Promise((resolve, reject) => {
		const fail = (error: Error): void =>
			reject(new CannotRun(`no answer from ${url}: ${error.message}`));
		const outgoing = request(target, options);
		outgoing.on("error", fail);
		outgoing.on("timeout", () => outgoing.destroy(new Error("it is silent")));
		outgoing.on("response", (incoming) => {
			const { statusCode: status = 0 } = incoming;
			let received = "";
			incoming.setEncoding("utf8").on("data", (chunk: string) => {
				if (onChunk !== undefined && status === 200) onChunk(chunk);
				else received += chunk;
			});
			incoming.on("error", fail);
			incoming.on("end", () => resolve(toAnswered(status, received)));
		});
		outgoing.end(text);
	});
}

function toAnswered(status: number, text: string): AdminAnswered {
	const body = text === "" ? undefined : parse(text);
	if (status < 400) return { status, body, problem: undefined };
	const detail = isRecord(body) ? body.detail : undefined;
	return {
		status,
		body,
		problem: typeof detail === "string" ? detail : `status ${status}`,
	};
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
