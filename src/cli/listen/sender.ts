import { toEvent } from "../../desk/copy.ts";
import { describeFault } from "../../handler/fault.ts";
import { loadClient } from "../../handler/forward/client.ts";
import { createRequestWriter } from "../../handler/forward/request.ts";
import type { HeardCopy } from "./heard.ts";

/** The result of sending a copy. */
export type Sent =
	| {
			readonly as: "answered";
			readonly url: string;
			readonly status: number;
			readonly headers: Readonly<Record<string, string>>;
			/** The start of the body. */
			readonly body: string;
			readonly ms: number;
	  }
	| {
			readonly as: "failed";
			readonly url: string;
			readonly reason: string;
			readonly ms: number;
	  };

/** Sends copies to services, as a `forward` would, signed with Standard Webhooks. */
export interface Sender {
	/** Never rejects. */
	send(copy: HeardCopy, to: URL, publicUrl: string): Promise<Sent>;
	close(): Promise<void>;
}

/** Creates the sender. At most eight copies are under way; the others wait in their order. */
export function createSender(key: Uint8Array): Sender {
	const { Agent, request } = loadClient();
	const agent = new Agent({
		connect: { timeout: CONNECT_MS },
		headersTimeout: TIMEOUT_MS,
		bodyTimeout: TIMEOUT_MS,
	});
	const turns = new Turns(AT_ONCE);
	const stop = new AbortController();
	const exchange = async (
		copy: HeardCopy,
		to: URL,
		publicUrl: string,
	): Promise<Sent> => {
		const url = targetOf(copy, to);
		const began = performance.now();
		const passed = (): number => Math.round(performance.now() - began);
		const outgoing = write(copy, url, { key, publicUrl });
		const shown = `${url.origin}${url.pathname}`;
		if (outgoing === undefined) {
			const reason = "its payload cannot be read";
			return { as: "failed", url: shown, reason, ms: 0 };
		}
		try {
			const { method, path, headers, body = "" } = outgoing;
			const answer = await request(`${url.origin}${path}`, {
				dispatcher: agent,
				signal: AbortSignal.any([stop.signal, AbortSignal.timeout(TIMEOUT_MS)]),
				method: method as "POST",
				headers: [...headers],
				...(body.length > 0 && { body: Buffer.from(body) }),
			});
			const text = await readStart(answer.body);
			return {
				as: "answered",
				url: shown,
				status: answer.statusCode,
				headers: flatten(answer.headers),
				body: text,
				ms: passed(),
			};
		} catch (error) {
			const reason =
				error instanceof Error ? describeFault(error) : String(error);
			return { as: "failed", url: shown, reason, ms: passed() };
		}
	};
	return {
		send: (copy, to, publicUrl) =>
			turns.run(() => exchange(copy, to, publicUrl)),
		async close() {
			stop.abort();
			await agent.destroy();
		},
	};
}

// --- helpers ---

const CONNECT_MS = 2000;
const TIMEOUT_MS = 15_000;
const AT_ONCE = 8;

/** The largest part of an answer that is kept, in bytes. */
const BODY_BYTES = 64 * 1024;

/** A URL without a path gets the path of the webhook, as if the platform called that host. */
function targetOf({ delivery }: HeardCopy, to: URL): URL {
	if (to.pathname !== "/" || to.search !== "") return to;
	const { path } = JSON.parse(delivery.envelope) as { readonly path?: unknown };
	return typeof path === "string" && path.startsWith("/")
		? new URL(`${to.origin}${path}`)
		: to;
}

function write(
	{ delivery, level }: HeardCopy,
	{ origin, pathname, search }: URL,
	{ key, publicUrl }: { readonly key: Uint8Array; readonly publicUrl: string },
) {
	const event = toEvent(delivery, undefined, level);
	if (event === undefined) return undefined;
	const writer = createRequestWriter({
		settings: {
			...SETTINGS,
			origin,
			path: `${pathname}${search}`,
			keys: [key],
		},
		path: pathname,
		type: delivery.kind,
		publicUrl: () => publicUrl,
		copied: [],
	});
	return writer(event, Date.now());
}

/** The defaults of `forward`. */
const SETTINGS = {
	socket: undefined,
	as: "original",
	headers: {},
	timeoutMs: TIMEOUT_MS,
	connectTimeoutMs: CONNECT_MS,
	successStatus: [{ from: 200, to: 299 }],
	retryStatus: [],
	ca: undefined,
	maxBodyBytes: BODY_BYTES,
	keepAliveMs: 4000,
	connections: AT_ONCE,
} as const;

async function readStart(body: AsyncIterable<Uint8Array>): Promise<string> {
	const chunks: Uint8Array[] = [];
	let bytes = 0;
	for await (const chunk of body) {
		if (bytes < BODY_BYTES) chunks.push(chunk);
		bytes += chunk.byteLength;
		// An endless answer is not read to its end.
		if (bytes > 16 * BODY_BYTES) break;
	}
	return Buffer.concat(chunks).subarray(0, BODY_BYTES).toString();
}

function flatten(
	headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name, String(value)]),
	);
}

/** Runs a number of tasks at once, and begins the others in their order. */
class Turns {
	readonly #max: number;
	readonly #waiting: (() => void)[] = [];
	#running = 0;

	constructor(max: number) {
		this.#max = max;
	}

	async run<T>(task: () => Promise<T>): Promise<T> {
		if (this.#running >= this.#max)
			await new Promise<void>((resolve) => this.#waiting.push(resolve));
		else this.#running += 1;
		try {
			return await task();
		} finally {
			const next = this.#waiting.shift();
			if (next === undefined) this.#running -= 1;
			else next();
		}
	}
}
