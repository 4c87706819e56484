import { randomUUID } from "node:crypto";
import type { Claims } from "../event/webhook.ts";
import type { AuthoredScheme } from "../gate/schemes/scheme.ts";
import { configureScheme } from "./sign.ts";

/** A scheme as `signatures` in routes.yaml has it: its name and its options. */
export interface WebhookScheme extends AuthoredScheme {
	readonly [option: string]: unknown;
}

/** A webhook that is to be signed. */
export interface WebhookToSign {
	/** Default POST. */
	readonly method?: string;
	/** With its query, if any. Default `/`. */
	readonly path?: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** Text as it is; an object as JSON, with its content type. Default empty. */
	readonly body?: string | Uint8Array | object;
	/** Claims of the token, where the scheme has one. */
	readonly claims?: Claims;
	/** When it is signed, default now. */
	readonly at?: Date | number;
}

/** A webhook with its signature, as it goes over the wire. */
export interface SignedWebhook {
	readonly method: string;
	/** With its query. */
	readonly path: string;
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Buffer;
}

/**
 * Signs a webhook as its sender would, for a test that sends it over HTTP. Throws a TypeError for a scheme or an option that routes.yaml
 * would refuse, and what the scheme says of a webhook that it cannot sign.
 *
 * @example
 * const signed = signWebhook({ scheme: "hmac", header: "x-signature", secret }, { path: "/hooks/1", body: { id: 17 } });
 * await fetch(`http://localhost:8080${signed.path}`, signed);
 */
export function signWebhook(
	scheme: WebhookScheme,
	{
		method = "POST",
		path = "/",
		headers = {},
		body = "",
		claims = {},
		at = Date.now(),
	}: WebhookToSign = {},
): SignedWebhook {
	const [bare = "/", ...rest] = path.split("?");
	const isBytes = typeof body === "string" || body instanceof Uint8Array;
	const lower = Object.entries(headers).map(([name, value]) => [
		name.toLowerCase(),
		value,
	]);
	const signed = configureScheme(scheme).sign(
		{
			method,
			path: bare,
			query: rest.join("?"),
			headers: {
				...(!isBytes && { "content-type": "application/json" }),
				...Object.fromEntries(lower),
			},
			raw: Buffer.from(isBytes ? body : JSON.stringify(body)),
		},
		{ now: Number(at), nonce: randomUUID(), claims },
	);
	const { query } = signed;
	return {
		method: signed.method,
		path: query === "" ? signed.path : `${signed.path}?${query}`,
		headers: Object.fromEntries(
			Object.entries(signed.headers).map(([name, value]) => [
				name,
				String(value),
			]),
		),
		body: Buffer.from(signed.raw),
	};
}
