import type { Claims, Headers } from "../../event/webhook.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import type { Verifier } from "../signature.ts";

/**
 * A signature scheme: all that the router knows of it. To add one, write a module beside this file and a
 * line in `index.ts`. Every member is required, so that the compiler asks for what would otherwise
 * fail in silence, such as a signature header that is stored.
 */
export interface Scheme {
	/** The name that `scheme` in routes.yaml and `signed` in a kind have for it. */
	readonly name: string;
	/**
	 * The JSON Schema of the scheme as written. Its title and descriptions become the reference page; a
	 * `$ref` leads to a `$defs` of `schemas/routes.schema.json`. Secrets MUST stand under a key that
	 * messages hide: `secret`, `secrets`, `password` or `token`.
	 */
	readonly schema: JsonSchema;
	/** More `$defs` that `schema` refers to, by name. */
	readonly definitions: Readonly<Record<string, JsonSchema>>;
	/** True where the platform itself signs this way. */
	readonly isPlatform: boolean;
	/**
	 * Request headers, in lower case, that hold the proof whatever the settings say. No route stores or
	 * forwards them, whichever scheme it has.
	 */
	readonly secretHeaders: readonly string[];
	/** Parameters that hold the proof; they are cut out of a query that is the payload before it is stored. */
	readonly secretParameters: readonly string[];
	/** Checks and normalises a scheme that `schema` accepts. Undefined, with findings, when something in it is wrong. */
	read(
		written: AuthoredScheme,
		site: Site,
		report: Report,
	): SchemeSettings | undefined;
	/** Puts settings that `read` returned to use. */
	configure(settings: SchemeSettings): ConfiguredScheme;
}

/** A scheme with its settings: what it proves, covers and signs. */
export interface ConfiguredScheme {
	readonly scheme: Scheme;
	readonly settings: SchemeSettings;
	/** False where the proof says who sends and nothing of what is sent, as a password does. */
	readonly provesContent: boolean;
	/** True where the proof has a time of signing, so that an old webhook is refused. */
	readonly provesTime: boolean;
	/** Advice that makes it prove a time, such as "say by `timestamp` …"; undefined where nothing can. */
	readonly timeAdvice: string | undefined;
	/** The claims that `match` may name. */
	readonly claims: ProvedClaims;
	/** Request headers, in lower case, that hold the proof by these settings, beside those of the scheme. */
	readonly secretHeaders: readonly string[];
	/** Request headers, in lower case, that are read and prove nothing: the id and the time. An event keeps them. */
	readonly plainHeaders: readonly string[];
	/** False where the payload of a webhook with this method is not signed, so that each one is refused. */
	covers(method: string): boolean;
	/** Makes what checks webhooks. Throws RangeError for settings that `read` refuses. */
	createVerifier(): Verifier;
	/** Signs a request with the first secret. Throws HookError for a request that the scheme cannot sign. */
	sign(request: OutgoingRequest, options: SigningOptions): SignedRequest;
}

/** The claims that a scheme proves. */
export interface ProvedClaims {
	/** Those that the sender documents; a `match` on another one has a warning. */
	readonly documented: readonly string[];
	/** True where the proof covers the claim. */
	proves(claim: string): boolean;
	/** The values of a claim that the settings let in; undefined for all. */
	accepted(claim: string): readonly string[] | undefined;
}

/** The claims of a scheme that proves none. */
export const NO_CLAIMS: ProvedClaims = Object.freeze({
	documented: [],
	proves: () => false,
	accepted: () => undefined,
});

/** A scheme as written, of which only the name is known here. */
export interface AuthoredScheme {
	readonly scheme: string;
}

/** Settings of a scheme, checked and normalised: plain data, with the scheme's name. */
export interface SchemeSettings {
	readonly scheme: string;
}

/** A part of a JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

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

/** The parts of a signature besides the secret, which is the first of the settings. */
export interface SigningOptions {
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** Tells this request from all others: a UUID, or the id of an event. */
	readonly nonce: string;
	/** More claims of a token, or other ones than the scheme's own. */
	readonly claims?: Claims;
}
