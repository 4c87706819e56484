import type { HookEvent } from "../../event/webhook.ts";
import { signStandardWebhooks } from "../../gate/schemes/standard-webhooks.ts";
import { memoLast } from "../../memo.ts";
import { addOwn, addTrace } from "../event-headers.ts";
import type { BodyWriter } from "../template/body.ts";
import type { OutgoingRequest } from "./exchange.ts";
import { createForm } from "./form.ts";
import type { ForwardSettings } from "./settings.ts";

/** Writes an event as the request to an upstream. `path` is the URL's own path with its query, by default that of the settings. */
export type RequestWriter = (
	event: HookEvent,
	now: number,
	path?: string,
) => OutgoingRequest;

export interface RequestWriterInit {
	readonly settings: ForwardSettings;
	/** The route's path in its written form, with its `:name` segments. */
	readonly path: string;
	/** The `type` of CloudEvents. */
	readonly type: string;
	/** Returns the public URL without a trailing slash. Called for each event, because the port may not be known before. */
	readonly publicUrl: () => string;
	/** The headers of the sender, in lower case, that are copied in every form. */
	readonly copied: readonly string[];
	/** Writes the headers whose values are templates, as alternating names and values. Default: none. */
	readonly render?: ((event: HookEvent) => readonly string[]) | undefined;
	/** Writes the body of the settings. Undefined if they have none. */
	readonly body?: BodyWriter | undefined;
}

/**
 * Creates the writer of one route, whose events MUST all be of that route. `now` returns milliseconds since the epoch, and is
 * only used for signing. The user's headers override all headers except the router's own.
 */
export function createRequestWriter(init: RequestWriterInit): RequestWriter {
	const { settings, publicUrl, render } = init;
	const write = createForm(init);
	const isTraced = !Object.hasOwn(settings.headers, "traceparent");
	const rendered = new Set(settings.headerTemplates?.map(({ name }) => name));
	const user = Object.entries(settings.headers)
		.filter(([name]) => !rendered.has(name))
		.flat();
	const origin = memoLast((url) => [...describeOrigin(url, settings), ...user]);
	return (event, now, own = settings.path) => {
		const headers = [...origin(publicUrl())];
		if (render !== undefined) headers.push(...render(event));
		const { method, path, body } = write(event, headers, own);
		addOwn(event, headers);
		if (event.trace !== undefined && isTraced) addTrace(event.trace, headers);
		if (settings.keys.length > 0) {
			const raw = typeof body === "string" ? Buffer.from(body) : body;
			const request = { method, path, query: "", headers: {}, raw };
			const signing = { now, nonce: event.id };
			const signed = signStandardWebhooks(settings, request, signing);
			for (const [name, value] of Object.entries(signed.headers)) {
				headers.push(name, String(value));
			}
		}
		return { method, path, headers, body };
	};
}

// --- helpers ---

/** Adds the called host and scheme (RFC 7239), unless the user sets them. The sender's address is not known here. */
function describeOrigin(
	publicUrl: string,
	{ headers }: ForwardSettings,
): readonly string[] {
	const { protocol, host } = new URL(publicUrl);
	const proto = protocol.slice(0, -1);
	const told = {
		forwarded: `host="${host}";proto=${proto}`,
		"x-forwarded-host": host,
		"x-forwarded-proto": proto,
	};
	return Object.entries(told)
		.filter(([name]) => !Object.hasOwn(headers, name))
		.flat();
}
