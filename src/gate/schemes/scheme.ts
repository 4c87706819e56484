import type { Claims, Headers } from "../../event/webhook.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import type { Verifier } from "../signature.ts";

/**
 * A signature scheme. To add one, write a module in this folder and a line in `index.ts`. Every member is required, so
 * that the compiler reports what would otherwise fail silently, such as a signature header that is stored.
 */
export interface Scheme {
	/** The name, for `scheme` in routes.yaml and `signed` in a kind. */
	readonly name: string;
	/**
	 * The JSON Schema of the settings. Its title and descriptions are printed on the reference page. A `$ref` refers to
	 * `$defs` of `schemas/routes.schema.json`. Secrets MUST be under a key that messages hide: `secret`, `secrets`,
	 * `password` or `token`.
	 */
	readonly schema: JsonSchema;
	/** More `$defs` that `schema` refers to, by name. */
	readonly definitions: Readonly<Record<string, JsonSchema>>;
	/** True if the platform itself signs with this scheme. */
	readonly isPlatform: boolean;
	/**
	 * The request headers, in lower case, that contain the proof with any settings. No route stores or forwards them, even
	 * with another scheme.
	 */
	readonly secretHeaders: readonly string[];
	/** The parameters that contain the proof. They are removed from a query that is the payload before it is stored. */
	readonly secretParameters: readonly string[];
	/** Checks and normalises settings that `schema` accepts. Returns undefined, with findings, if something is wrong. */
	read(
		written: AuthoredScheme,
		site: Site,
		report: Report,
	): SchemeSettings | undefined;
	/** Creates the configured scheme from the settings that `read` returned. */
	configure(settings: SchemeSettings): ConfiguredScheme;
}

/** A configured scheme: what it proves, covers and signs. */
export interface ConfiguredScheme {
	readonly scheme: Scheme;
	readonly settings: SchemeSettings;
	/** False if the proof identifies only the sender and not the content, like a password. */
	readonly provesContent: boolean;
	/** True if the proof has a time of signing, so that old webhooks are rejected. */
	readonly provesTime: boolean;
	/** Advice on how to make it prove a time, such as "say by `timestamp` …". Undefined if it cannot. */
	readonly timeAdvice: string | undefined;
	/** The claims that `match` can use. */
	readonly claims: ProvedClaims;
	/** The request headers, in lower case, that contain the proof with these settings, in addition to those of the scheme. */
	readonly secretHeaders: readonly string[];
	/** The request headers, in lower case, that are read but are not a proof: the id and the time. An event keeps them. */
	readonly plainHeaders: readonly string[];
	/** Returns false if the payload of a webhook with this method is not signed, so it is always rejected. */
	covers(method: string): boolean;
	/** Creates the verifier. Throws RangeError for settings that `read` rejects. */
	createVerifier(): Verifier;
	/** Signs a request with the first secret. Throws HookError for a request that the scheme cannot sign. */
	sign(request: OutgoingRequest, options: SigningOptions): SignedRequest;
}

/** The claims that a scheme proves. */
export interface ProvedClaims {
	/** The documented claims. A `match` on any other claim gets a warning. */
	readonly documented: readonly string[];
	/** Returns true if the proof covers the claim. */
	proves(claim: string): boolean;
	/** Returns the values of a claim that the settings admit. Undefined for all. */
	accepted(claim: string): readonly string[] | undefined;
}

/** The claims of a scheme without claims. */
export const NO_CLAIMS: ProvedClaims = Object.freeze({
	documented: [],
	proves: () => false,
	accepted: () => undefined,
});

/** The settings of a scheme as written. Only the name is known here. */
export interface AuthoredScheme {
	readonly scheme: string;
}

/** Settings of a scheme, checked and normalised: plain data, with the scheme's name. */
export interface SchemeSettings {
	readonly scheme: string;
}

/** A part of a JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A request to sign. */
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

/** The request with its signature, in a header, the query or the body. */
export type SignedRequest = OutgoingRequest;

/** The inputs of a signature besides the secret, which is the first one of the settings. */
export interface SigningOptions {
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** Identifies this request: a UUID, or the id of an event. */
	readonly nonce: string;
	/** Claims of a token that extend or override those of the scheme. */
	readonly claims?: Claims;
}
