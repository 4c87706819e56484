import { describeError } from "../errors.ts";
import { isRecord } from "../event/is-record.ts";
import type { HookEvent, Level } from "../event/webhook.ts";
import { Countdown } from "../handler/countdown.ts";
import { createForwardHandler } from "../handler/forward/forward.ts";
import type { ForwardSettings } from "../handler/forward/settings.ts";
import { createUpstreams } from "../handler/forward/upstream.ts";
import type { Handler } from "../handler/handler.ts";
import type { DeliveryDetail } from "../inbox/port/delivery.ts";
import { isGiveUp, isRetryLater } from "../plugin/steer.ts";
import { eventOf } from "../runtime/inbox/deliver.ts";
import type { ServedRoute } from "../runtime/served-route.ts";
import { toSubject } from "./content.ts";

/** Sends copies of stored events to a service, as a `forward` with this URL would. */
export interface Copier {
	/** Sends one copy. Returns the reason why the service did not take it, or undefined. */
	send(
		detail: DeliveryDetail,
		signal?: AbortSignal,
	): Promise<string | undefined>;
	close(): Promise<void>;
}

/** Reads the URL of a service. Returns a sentence for a URL that cannot be used. */
export function readCopyUrl(text: string): URL | string {
	let url: URL;
	try {
		url = new URL(text);
	} catch {
		return "it is not a URL. Expected one such as http://127.0.0.1:3000/sms";
	}
	if (url.protocol !== "http:" && url.protocol !== "https:")
		return "it is not an HTTP URL. Expected http:// or https://";
	if (url.username !== "" || url.password !== "")
		return "it contains a password. Expected a URL without one";
	return url;
}

/** Creates the copier. It connects at the first event, and changes nothing in the inbox. */
export async function createCopier(
	url: URL,
	routes: readonly ServedRoute[],
	publicUrl: string,
): Promise<Copier> {
	const { handler } = await createForwardHandler({
		settings: settingsFor(url),
		route: { name: "copy", path: "/", hasSchema: true, methods: ["POST"] },
		kind: { name: "copy", reply: { body: "none", required: false } },
		mode: "accept",
		checker() {
			throw new Error("the answer to a copy is not an NCCO");
		},
		upstreams: createUpstreams(),
		publicUrl: () => publicUrl,
		locate: () => ({ file: "--to", line: 1, column: 1 }),
	});
	if (handler === undefined) throw new Error("the forward was not built");
	const byName = new Map(routes.map((route) => [route.name, route]));
	return {
		async send(detail, signal = NEVER) {
			const event = toEvent(detail, byName.get(detail.route));
			if (event === undefined)
				return detail.body === undefined
					? "its body was removed"
					: "its payload cannot be read";
			return deliver(handler, event, signal);
		},
		async close() {
			await handler.close?.();
		},
	};
}

/**
 * Restores the event as its route would get it. Without a route, as it was stored. Undefined if it has no body, or its payload
 * cannot be read.
 */
export function toEvent(
	detail: DeliveryDetail,
	route: ServedRoute | undefined,
	level: Level | undefined = "account",
): HookEvent | undefined {
	const { body } = detail;
	if (body === undefined) return undefined;
	const lease = { ...detail, body, attempt: Math.max(1, detail.attempts) };
	try {
		if (route !== undefined) return eventOf(lease, route);
	} catch {
		// The route has another kind now. The bytes are what the service gets in any case.
	}
	const subject = toSubject(detail, () => undefined);
	if (subject === undefined) return undefined;
	const { payload, envelope, ...parts } = subject;
	return {
		...parts,
		id: detail.id,
		kind: detail.kind,
		level,
		route: detail.route,
		payload: isRecord(payload) ? payload : {},
		receivedAt: detail.receivedAt,
		attempt: lease.attempt,
		raw: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
		method: envelope.method,
		handedOn: envelope.handedOn,
	};
}

// --- helpers ---

const NEVER = new AbortController().signal;

/** The defaults of `forward`. */
function settingsFor({ origin, pathname, search }: URL): ForwardSettings {
	return {
		origin,
		socket: undefined,
		path: `${pathname}${search}`,
		as: "original",
		headers: {},
		timeoutMs: TIMEOUT_MS,
		connectTimeoutMs: 2000,
		successStatus: [{ from: 200, to: 299 }],
		retryStatus: [],
		keys: [],
		ca: undefined,
		maxBodyBytes: 1_000_000,
		keepAliveMs: 4000,
		connections: 8,
	};
}

const TIMEOUT_MS = 15_000;

async function deliver(
	handler: Handler,
	event: HookEvent,
	signal: AbortSignal,
): Promise<string | undefined> {
	const countdown = new Countdown(TIMEOUT_MS, signal);
	try {
		const work = handler.handle(event, countdown);
		if (work instanceof Promise) await countdown.race(work);
		return undefined;
	} catch (error) {
		return isGiveUp(error) || isRetryLater(error)
			? error.message
			: describeError(error);
	} finally {
		countdown.end();
	}
}
