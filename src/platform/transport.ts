import { Agent, request } from "undici";

/** A request to the platform. */
export interface Outgoing {
	readonly method: "GET" | "POST" | "PUT";
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string;
}

/** An answer of the platform, read to its end. */
export interface Incoming {
	readonly status: number;
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, string | undefined>>;
	readonly text: string;
}

/** Sends one request and reads the answer. Rejects if there is none. Does not follow redirects. */
export interface Transport {
	send(outgoing: Outgoing, signal?: AbortSignal): Promise<Incoming>;
	/** Ends the connections. */
	close(): Promise<void>;
}

/** Creates the transport over HTTP. An answer must start within 15 s. */
export function createTransport(): Transport {
	const dispatcher = new Agent({
		connect: { timeout: CONNECT_TIMEOUT_MS },
		headersTimeout: ANSWER_TIMEOUT_MS,
		bodyTimeout: ANSWER_TIMEOUT_MS,
	});
	return {
		async send({ url, ...outgoing }, signal) {
			const { statusCode, headers, body } = await request(url, {
				...outgoing,
				dispatcher,
				...(signal && { signal }),
			});
			const flat = Object.entries(headers).map(
				([name, value]) => [name, value?.toString()] as const,
			);
			return {
				status: statusCode,
				headers: Object.fromEntries(flat),
				text: await body.text(),
			};
		},
		close: () => dispatcher.close(),
	};
}

// --- helpers ---

const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 15_000;
