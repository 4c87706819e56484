import type { Claims, Headers } from "../../event/webhook.ts";

/** A request that is to be sent. */
export interface OutgoingRequest {
	/** Upper case. */
	readonly method: string;
	/** The path without the query. */
	readonly path: string;
	/** The text after `?`, undecoded. */
	readonly query: string;
	/** Names in lower case. */
	readonly headers: Headers;
	readonly raw: Uint8Array;
}

/** The same request with its signature: in a header, the query or the body, as the scheme has it. */
export type SignedRequest = OutgoingRequest;

/** What a signature needs besides the secret, which is the first of the settings. */
export interface SigningOptions {
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** Tells this request from all others: a UUID, or the id of an event. */
	readonly nonce: string;
	/** More claims of a token, or other ones than the scheme's own. */
	readonly claims?: Claims;
}
