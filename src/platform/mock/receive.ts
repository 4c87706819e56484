import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** A request as it was received. */
export interface JournalEntry {
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly method: string;
	/** The path without its query. */
	readonly path: string;
	/** The query without its question mark. */
	readonly query: string;
	/** All but `authorization`. */
	readonly headers: IncomingHttpHeaders;
	/** The key of the request. Undefined without Basic credentials. */
	readonly apiKey: string | undefined;
	/** The body in its original form. Undefined for more than 1 MiB. */
	readonly body: string | undefined;
	/** The fields of a form; undefined for another body. */
	readonly form: Readonly<Record<string, string>> | undefined;
	/** The data of a JSON body; undefined for another body. */
	readonly json: unknown;
	/** The status of the answer. Undefined if there is none yet, or never. */
	status: number | undefined;
	/** The reason of a refusal, or the applied fault. */
	note: string | undefined;
}

/** The credentials of HTTP Basic (RFC 7617). */
export interface Credentials {
	readonly apiKey: string;
	readonly apiSecret: string;
}

/** A request, and its data that is not part of the journal. */
export interface Received {
	readonly entry: JournalEntry;
	readonly credentials: Credentials | undefined;
}

/** Reads a request to its end. Rejects if the client aborts it. */
export async function receive(
	request: IncomingMessage,
	clock: () => number,
): Promise<Received> {
	const { method = "", url = "/", headers } = request;
	const { authorization, ...others } = headers;
	const type = headers["content-type"] ?? "";
	const credentials = readCredentials(authorization);
	const body = await readBody(request);
	const mark = url.indexOf("?");
	const entry: JournalEntry = {
		at: clock(),
		method,
		path: mark === -1 ? url : url.slice(0, mark),
		query: mark === -1 ? "" : url.slice(mark + 1),
		headers: others,
		apiKey: credentials?.apiKey,
		body,
		form: /^application\/x-www-form-urlencoded/i.test(type)
			? Object.fromEntries(new URLSearchParams(body))
			: undefined,
		json: /^application\/json/i.test(type) ? dataOf(body) : undefined,
		status: undefined,
		note: undefined,
	};
	return { entry, credentials };
}

// --- helpers ---

const BODY_MAX_BYTES = 1024 * 1024;

/** Also reads a body that is too large, and discards it, so that the client can read the answer. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size <= BODY_MAX_BYTES) chunks.push(chunk);
	}
	return size <= BODY_MAX_BYTES
		? Buffer.concat(chunks).toString("utf8")
		: undefined;
}

function readCredentials(header: string | undefined): Credentials | undefined {
	const encoded = /^Basic +(\S+)$/i.exec(header ?? "")?.[1];
	if (encoded === undefined) return undefined;
	const text = Buffer.from(encoded, "base64").toString("utf8");
	const colon = text.indexOf(":");
	if (colon === -1) return undefined;
	return { apiKey: text.slice(0, colon), apiSecret: text.slice(colon + 1) };
}

function dataOf(text: string | undefined): unknown {
	try {
		return text === undefined ? undefined : JSON.parse(text);
	} catch {
		return undefined;
	}
}
