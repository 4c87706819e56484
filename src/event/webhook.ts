import type { TraceContext } from "./trace-context.ts";

/** The levels of the platform's URL settings, from the widest to the narrowest. */
export const LEVELS = ["account", "number", "app", "request", "ncco"] as const;
export type Level = (typeof LEVELS)[number];

/** `reply` answers inside the request, `accept` takes the webhook in and handles it later. */
export type Mode = "reply" | "accept";

/** The form in which a payload was sent. */
export type Encoding = "query" | "form" | "json";

/** The parsed content of a webhook, in the same shape for all forms. */
export type Payload = { readonly [field: string]: unknown };

/** The claims of a verified token. Empty if the signature scheme has none. */
export type Claims = { readonly [claim: string]: unknown };

/** Request headers, names in lower case. */
export type Headers = Readonly<
	Record<string, string | readonly string[] | undefined>
>;

/** A received webhook whose origin is not verified yet. */
export interface RawWebhook {
	readonly method: string;
	/** The text after `?`, undecoded; empty when there is none. */
	readonly query: string;
	readonly headers: Headers;
	/** The body's bytes as they were sent; empty for a GET. */
	readonly raw: Uint8Array;
}

declare const verified: unique symbol;

/**
 * A webhook whose origin was verified (or whose route says `signature: none`). Only `gate/signature` creates it, and only it
 * can be parsed, so code that forgets the signature does not compile.
 */
export interface VerifiedWebhook extends RawWebhook {
	readonly [verified]: true;
	readonly claims: Claims;
	/** Undefined if its scheme has no mark. */
	readonly mark: Mark | undefined;
}

/** Identifies a signed webhook, so that it is accepted only once. */
export interface Mark {
	/** Unique among all schemes and secrets, such as `jwt <fingerprint> abcd1234 <jti>`. */
	readonly key: string;
	/** Milliseconds since the epoch, after which its own expiry refuses it. Infinity without a time. */
	readonly until: number;
	/** True if one message may legitimately be sent to several paths with one mark. Default false. */
	readonly isPerPath?: boolean;
}

/** A verified and valid webhook, as handlers get it. */
export interface HookEvent<P = Payload> {
	/** Unique for each webhook received (UUID). */
	readonly id: string;
	/** The kind's name, such as `sms.inbound`; the schema's name for a route with `schema`. */
	readonly kind: string;
	/** Undefined on an internal route, which the platform knows nothing of. */
	readonly level: Level | undefined;
	/** The route's name. */
	readonly route: string;
	readonly payload: P;
	/** Milliseconds since the epoch. */
	readonly receivedAt: number;
	/** 1 for the first try. */
	readonly attempt: number;
	readonly claims: Claims;
	/** The body's bytes as they were sent; empty for a GET. */
	readonly raw: Uint8Array;
	/** Values of the `:name` segments of the route's path, decoded. */
	readonly params: Readonly<Record<string, string>>;
	readonly headers: Headers;
	readonly method: string;
	/**
	 * The text after `?`, undecoded and without the platform's signature. Empty if there is none. If there is a body, the query
	 * is separate from the payload. Otherwise it is the payload.
	 */
	readonly query: string;
	/** The number of routes that have handed it on before. 0 for a webhook. */
	readonly handedOn: number;
	/** The trace that it belongs to. Undefined if the sender sent none, and no OpenTelemetry SDK is registered. */
	readonly trace?: TraceContext | undefined;
	/** True for an own event of the router, and for an event that a plugin made of one. Such an event causes no further ones. */
	readonly isOwn?: true | undefined;
}

/** A part of a file, for an answer that is streamed from disk. `end` is inclusive. */
export interface FileBody {
	readonly file: string;
	readonly start: number;
	readonly end: number;
}

/**
 * The answer to a request. Header names are lower case. The sender adds `content-length`. A reply that the configuration itself
 * defines, equal for every webhook of its route, MUST be frozen, and no other may be: frozen replies may be shown.
 */
export interface Reply {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Uint8Array | string | FileBody | undefined;
}
