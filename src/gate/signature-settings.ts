/** How the origin of a webhook is proved: one scheme with its secrets, checked and normalised. */
export type SignatureSettings =
	| NoneSettings
	| VonageSigSettings
	| VonageJwtSettings
	| HmacSettings
	| StandardWebhooksSettings
	| BasicSettings;

/** Nothing is proved: a decision by name. */
export interface NoneSettings {
	readonly scheme: "none";
}

/** Digests of the SMS `sig` parameter; `md5hash` is a plain MD5 over text and secret, the others are HMACs. */
export const SIG_METHODS = [
	"md5hash",
	"md5",
	"sha1",
	"sha256",
	"sha512",
] as const;
export type SigMethod = (typeof SIG_METHODS)[number];

/** The `sig` parameter of SMS webhooks. */
export interface VonageSigSettings {
	readonly scheme: "vonage-sig";
	readonly method: SigMethod;
	/** Any one of them fits: several while a secret is exchanged. */
	readonly secrets: readonly string[];
	/** Milliseconds, both ways. */
	readonly toleranceMs: number;
	/** `optional` lets a webhook without `timestamp` pass. */
	readonly timestamp: "required" | "optional";
}

/** The bearer token (JWT, HS256) of Voice, Messages, Verify and later webhooks. */
export interface VonageJwtSettings {
	readonly scheme: "vonage-jwt";
	/** By the claim `api_key`; a list where one set of secrets counts whatever the claim says. */
	readonly secrets: ReadonlyMap<string, readonly string[]> | readonly string[];
	/** `optional` lets a body pass whose token does not name its hash. */
	readonly payloadHash: "required" | "optional";
	/** Accepted `iss` claims; undefined accepts any, and none. */
	readonly issuers: readonly string[] | undefined;
	/** Accepted `application_id` claims; undefined accepts any, and none. */
	readonly applications: readonly string[] | undefined;
	/** Milliseconds, both ways. */
	readonly toleranceMs: number;
}

export const HMAC_ALGORITHMS = ["sha256", "sha384", "sha512", "sha1"] as const;
export const DIGEST_ENCODINGS = ["hex", "base64", "base64url"] as const;

/** An HMAC in a header, as many services send it. */
export interface HmacSettings {
	readonly scheme: "hmac";
	/** Lower case. */
	readonly header: string;
	readonly algorithm: (typeof HMAC_ALGORITHMS)[number];
	readonly encoding: (typeof DIGEST_ENCODINGS)[number];
	/** Stands before each signature, such as `sha256=` or `v1=`; empty for none. Parts without it are skipped. */
	readonly prefix: string;
	/** Parts several signatures (and a timestamp) in the one header; undefined when there is one only. */
	readonly separator: string | undefined;
	/** Where the time of signing stands: a header, or a part of the signature's header with this prefix. */
	readonly timestamp:
		| { readonly header: string }
		| { readonly prefix: string }
		| undefined;
	/** What is signed: text with `{timestamp}`, `{body}` and `{query}`. */
	readonly content: string;
	readonly secrets: readonly string[];
	/** Milliseconds, both ways; counts only with a timestamp. */
	readonly toleranceMs: number;
}

/** Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature` (`v1,<base64>`, several by a space). */
export interface StandardWebhooksSettings {
	readonly scheme: "standard-webhooks";
	/** Keys as bytes: decoded from `whsec_<base64>`. */
	readonly keys: readonly Uint8Array[];
	/** Milliseconds, both ways. */
	readonly toleranceMs: number;
}

/** HTTP Basic authentication (RFC 7617). */
export interface BasicSettings {
	readonly scheme: "basic";
	readonly username: string;
	readonly passwords: readonly string[];
}
