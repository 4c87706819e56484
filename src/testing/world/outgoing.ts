import type { AuthoredAnswer, AuthoredStub } from "../../config/tests/case.ts";

/** A request that the router tried to send. */
export interface OutgoingRequest {
	/** A handler `forward` or `publish`, or the code of a plugin. */
	readonly by: "forward" | "publish" | "plugin";
	readonly method: string;
	/** With its query. */
	readonly url: string;
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Uint8Array;
}

/** The answer of a stub: a response, or the code of a failed connection. */
export type StubAnswer =
	| {
			readonly status: number;
			readonly headers: Readonly<Record<string, string>>;
			readonly body: Buffer;
	  }
	| { readonly error: string };

/** Records the requests of a world, and answers them by its stubs. */
export class Outgoing {
	readonly #requests: OutgoingRequest[] = [];
	readonly #refused: string[] = [];
	readonly #counts = new Map<AuthoredStub, number>();
	#stubs: readonly AuthoredStub[] = [];

	/** All requests so far. */
	get requests(): readonly OutgoingRequest[] {
		return this.#requests;
	}

	/** Connections that were refused because no stub answers them, each named by its URL or host. */
	get refused(): readonly string[] {
		return this.#refused;
	}

	/** Puts stubs in place of those before; the first that fits a request answers it. */
	stub(stubs: readonly AuthoredStub[]): void {
		this.#stubs = stubs;
	}

	/** Records a request and returns its answer. Undefined if no stub matches. */
	send(request: OutgoingRequest): StubAnswer | undefined {
		const { url, method } = request;
		const stub = this.#stubs.find(
			(one) =>
				fits(one.url, url) &&
				(one.method === undefined || one.method === method),
		);
		if (stub === undefined && request.by === "plugin") return undefined;
		this.#requests.push(request);
		if (stub === undefined) return undefined;
		const answers = [stub.answer ?? {}].flat() as readonly AuthoredAnswer[];
		const count = this.#counts.get(stub) ?? 0;
		this.#counts.set(stub, count + 1);
		return toAnswer(answers[Math.min(count, answers.length - 1)] ?? {});
	}

	/** Records a refused connection, and returns its error. */
	refuse(target: string, method?: string): Error {
		this.#refused.push(target);
		const call = method === undefined ? target : `${method} ${target}`;
		return Object.assign(
			new Error(
				`a test makes no connections: ${call} has no answer. Add one to the test under \`fetch\`, such as { url: "${target}", answer: { status: 200 } }.`,
			),
			{ code: "ECONNREFUSED" },
		);
	}
}

/** Creates the error of a connection that a stub makes fail. */
export function toConnectionError(code: string): Error {
	return Object.assign(new Error(`the test lets it fail: ${code}`), { code });
}

// --- helpers ---

function fits(pattern: string, url: string): boolean {
	const [path = url] = pattern.includes("?") ? [url] : url.split("?", 1);
	if (pattern.includes("*")) return hasInOrder(pattern.split("*"), path);
	return withoutSlash(pattern) === withoutSlash(path);
}

/** Returns true if the text contains the parts in their order: the first at its start, and the last at its end. */
function hasInOrder(parts: readonly string[], text: string): boolean {
	const [first = "", ...others] = parts;
	const last = others.pop() ?? "";
	if (!text.startsWith(first)) return false;
	let from = first.length;
	for (const part of others) {
		const at = text.indexOf(part, from);
		if (at < 0) return false;
		from = at + part.length;
	}
	return text.length - last.length >= from && text.endsWith(last);
}

/** `https://example.com` and `https://example.com/` are one URL. */
function withoutSlash(url: string): string {
	return /^\w+:\/\/[^/]+\/$/.test(url) ? url.slice(0, -1) : url;
}

function toAnswer({
	status = 200,
	headers = {},
	body,
	error,
}: AuthoredAnswer): StubAnswer {
	if (error !== undefined) return { error };
	const own = Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [
			name.toLowerCase(),
			String(value),
		]),
	);
	if (body === undefined || body === null)
		return { status, headers: own, body: Buffer.alloc(0) };
	if (typeof body === "string")
		return { status, headers: own, body: Buffer.from(body) };
	return {
		status,
		headers: { "content-type": "application/json", ...own },
		body: Buffer.from(JSON.stringify(body)),
	};
}
