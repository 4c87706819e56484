import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { isRecord } from "../../event/is-record.ts";
import { loadClient } from "../../handler/forward/client.ts";
import { CannotRun } from "../io.ts";
import {
	type HeardCopy,
	type Hello,
	readCopy,
	readHello,
	readSkipped,
} from "./heard.ts";
import type { FindRouter, RouterPlace } from "./place.ts";
import { readServerEvents, type ServerEvent } from "./server-events.ts";

/** Which events a listener wants. */
export interface Wanted {
	readonly route: readonly string[];
	readonly kind: readonly string[];
	readonly number?: string | undefined;
	/** A duration or a time: begins with the stored events since then. */
	readonly since?: string | undefined;
}

/** Hears of copies. */
export interface CopyListener {
	/** The stream is open: at the start, and after each disconnection. */
	onOpen(hello: Hello, place: RouterPlace): void;
	/** Called once for each event. */
	onCopy(copy: HeardCopy): void;
	/** Copies were missed. Undefined for an unknown number. */
	onMissed(count: number | undefined): void;
	/** The stream ended. It is opened again after the milliseconds. */
	onLost(reason: string, retryMs: number): void;
}

/** The parts of a connection that a test replaces. */
export interface SourceOptions {
	readonly signal: AbortSignal;
	/** Milliseconds until the next attempt to connect, by the number of failed ones. */
	readonly retryMs?: (failures: number) => number;
}

/**
 * Listens to the copies of a router until the signal aborts. After a disconnection it continues behind the last copy. Throws
 * CannotRun for a router that cannot be reached at first, or that refuses.
 */
export async function listenToCopies(
	find: FindRouter,
	wanted: Wanted,
	listener: CopyListener,
	{ signal, retryMs = defaultRetryMs }: SourceOptions,
): Promise<void> {
	const heard = new HeardBefore();
	let lastId: string | undefined;
	let failures = 0;
	let isFirst = true;
	const take = (event: ServerEvent, place: RouterPlace): void => {
		lastId = event.id ?? lastId;
		if (event.type === "hello") {
			failures = 0;
			isFirst = false;
			listener.onOpen(readHello(event.data), place);
		} else if (event.type === "skipped")
			listener.onMissed(readSkipped(event.data));
		else if (event.type === "copy") {
			const copy = readCopy(event.data);
			if (heard.isNew(copy.delivery.id)) listener.onCopy(copy);
		}
	};
	while (!signal.aborted) {
		let reason: string;
		try {
			const place = await find();
			if (place === undefined) throw new CannotRun(NO_ROUTER);
			reason = await connect(place, wanted, { lastId, signal, take });
		} catch (error) {
			if (signal.aborted) return;
			if (error instanceof Refusal || (isFirst && error instanceof CannotRun))
				throw error;
			reason = error instanceof Error ? error.message : String(error);
			if (!(error instanceof CannotRun)) throw error;
		}
		if (signal.aborted) return;
		failures += 1;
		const waitMs = retryMs(failures);
		listener.onLost(reason, waitMs);
		await sleep(waitMs, undefined, { signal }).catch(() => {});
	}
}

// --- helpers ---

const NO_ROUTER =
	"no router with an admin listener runs with this configuration. Start one with `switchhook serve`, or name another with --from.";

/** The router sends a comment every 15 s. */
const SILENCE_MS = 40_000;
const CONNECT_MS = 5000;

/** A refusal that another attempt would get as well. */
class Refusal extends CannotRun {}

/** Twice as long after each failure, from 250 ms to 5 s. */
function defaultRetryMs(failures: number): number {
	return Math.min(5000, 125 * 2 ** Math.min(failures, 10));
}

interface Connection {
	readonly lastId: string | undefined;
	readonly signal: AbortSignal;
	readonly take: (event: ServerEvent, place: RouterPlace) => void;
}

/** Reads the stream to its end. Returns the reason of the end. Throws CannotRun, and Refusal. */
async function connect(
	place: RouterPlace,
	wanted: Wanted,
	{ lastId, signal, take }: Connection,
): Promise<string> {
	const { Agent, request } = loadClient();
	const { url, token, certificate } = place;
	const agent = new Agent({
		connect: {
			timeout: CONNECT_MS,
			// The file names the certificate itself, which may be for another host, or signed by nobody.
			...(certificate !== undefined && {
				ca: certificate,
				allowPartialTrustChain: true,
				checkServerIdentity: () => undefined,
			}),
		},
		headersTimeout: SILENCE_MS,
		bodyTimeout: SILENCE_MS,
	});
	try {
		const answer = await request(`${url}/api/v1/copies?${queryOf(wanted)}`, {
			dispatcher: agent,
			signal,
			headers: {
				authorization: `Bearer ${token}`,
				accept: "text/event-stream",
				...(lastId !== undefined && { "last-event-id": lastId }),
			},
		});
		if (answer.statusCode !== 200) throw await refusalOf(answer, url);
		for await (const event of readServerEvents(answer.body)) take(event, place);
		return "the router closed the connection";
	} catch (error) {
		if (error instanceof CannotRun || signal.aborted) throw error;
		if (!isOfConnection(error)) throw error;
		throw new CannotRun(`no answer from ${url}: ${describe(error)}`);
	} finally {
		await agent.destroy();
	}
}

function queryOf({ route, kind, number, since }: Wanted): URLSearchParams {
	const query = new URLSearchParams();
	for (const name of route) query.append("route", name);
	for (const name of kind) query.append("kind", name);
	if (number !== undefined) query.set("number", number);
	if (since !== undefined) query.set("since", since);
	return query;
}

async function refusalOf(
	{ statusCode, body }: Dispatcher.ResponseData,
	url: string,
): Promise<CannotRun> {
	const text = await body.text();
	const detail = detailOf(text);
	switch (statusCode) {
		case 404:
			return new Refusal(
				detail === undefined
					? `${url} is not the admin listener of a router. The router prints its address when it starts.`
					: `the router at ${url} is too old: it has no copies of events. Update it.`,
			);
		case 400:
		case 401:
		case 403:
		case 421:
			return new Refusal(
				`the router at ${url} refused: ${detail ?? statusCode}`,
			);
		default:
			return new CannotRun(
				`the router at ${url} answered ${statusCode}${detail === undefined ? "" : `: ${detail}`}`,
			);
	}
}

/** Returns the advice of a problem (RFC 9457). Undefined for another answer. */
function detailOf(text: string): string | undefined {
	try {
		const problem: unknown = JSON.parse(text);
		return isRecord(problem) && typeof problem.detail === "string"
			? problem.detail
			: undefined;
	} catch {
		return undefined;
	}
}

/** Returns true for an error of undici, Node or TLS, and false for a bug. */
function isOfConnection(error: unknown): error is Error & { code: string } {
	return (
		error instanceof Error && "code" in error && typeof error.code === "string"
	);
}

function describe({
	message,
	code,
}: Error & { readonly code: string }): string {
	return message === "" ? code : message;
}

/** The ids of earlier copies: after a disconnection the latest ones come again. */
class HeardBefore {
	readonly #ids = new Set<string>();

	isNew(id: string): boolean {
		if (this.#ids.has(id)) return false;
		this.#ids.add(id);
		if (this.#ids.size > REMEMBERED) {
			const [oldest] = this.#ids;
			if (oldest !== undefined) this.#ids.delete(oldest);
		}
		return true;
	}
}

/** More than a router sends in the 15 s that it repeats. */
const REMEMBERED = 50_000;
