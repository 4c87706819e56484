/** The levels at which the platform can be told a URL, from the widest to the narrowest. */
export const LEVELS = ["account", "number", "app", "request", "ncco"] as const;
export type Level = (typeof LEVELS)[number];

/** `reply` answers inside the request, `accept` takes the webhook in and handles it later. */
export type Mode = "reply" | "accept";

/** How a payload travelled. */
export type Encoding = "query" | "form" | "json";

/** A webhook's parsed content: one shape, whichever way it travelled. */
export type Payload = { readonly [field: string]: unknown };

/** Claims of a verified token; empty where the signature scheme has none. */
export type Claims = { readonly [claim: string]: unknown };

/** Request headers, names in lower case. */
export type Headers = Readonly<
	Record<string, string | readonly string[] | undefined>
>;

/** A webhook as it came in, its origin not yet proved. */
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
 * A webhook whose origin was proved (or whose route says `signature: none`). Only `gate/signature`
 * makes one, and only one of these can be parsed: forgetting the signature does not compile.
 */
export interface VerifiedWebhook extends RawWebhook {
	readonly [verified]: true;
	readonly claims: Claims;
	/** Undefined where its scheme has no mark. */
	readonly mark: Mark | undefined;
}

/** Tells a signed webhook from all others, so that it is accepted once. */
export interface Mark {
	/** Unique among all schemes and secrets, such as `jwt <fingerprint> abcd1234 <jti>`. */
	readonly key: string;
	/** Milliseconds since the epoch: afterwards its time alone refuses it. Infinity without a time. */
	readonly until: number;
	/** True where one message may rightly go to several paths with one mark; default false. */
	readonly isPerPath?: boolean;
}

/** A webhook that was verified and is valid: what a handler gets. */
export interface HookEvent<P = Payload> {
	/** Unique for each webhook received (UUID). */
	readonly id: string;
	/** The kind's name, such as `sms.inbound`; the schema's name for a route with `schema`. */
	readonly kind: string;
	readonly level: Level;
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
	 * The text after `?`, undecoded and without the platform's signature; empty when there is none. It
	 * stands beside the payload of a body, and is the payload where there is no body.
	 */
	readonly query: string;
	/** How many routes have handed it on before it came here; 0 for a webhook itself. */
	readonly handedOn: number;
}

/** A part of a file, for an answer that is streamed from disk. `end` is inclusive. */
export interface FileBody {
	readonly file: string;
	readonly start: number;
	readonly end: number;
}

/**
 * The answer to a request. Header names are lower case; its sender sets `content-length`. One that the configuration itself says, and
 * that every webhook of its route gets, MUST be frozen, and no other may be: by that it is told what may be shown.
 */
export interface Reply {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Uint8Array | string | FileBody | undefined;
}
