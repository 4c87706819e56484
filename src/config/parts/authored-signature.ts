import type {
	HmacSettings,
	SigMethod,
	SignatureSettings,
} from "../../gate/signature-settings.ts";

/** `signature` as written: `none`, the name of one, a scheme, or a list of names and schemes. */
export type AuthoredSignature =
	| AuthoredSignatureItem
	| readonly AuthoredSignatureItem[];

/** A name, or a scheme with its options. */
export type AuthoredSignatureItem = string | AuthoredScheme;

/** A scheme with its options as written. */
export type AuthoredScheme =
	| { readonly scheme: "none" }
	| AuthoredVonageSig
	| AuthoredVonageJwt
	| AuthoredHmac
	| AuthoredStandardWebhooks
	| AuthoredBasic;

/** The name of a scheme. */
export type SchemeName = SignatureSettings["scheme"];

/** One secret, or several while they are exchanged. */
export type Secrets = string | readonly string[];

/** The `sig` parameter of SMS webhooks as written. */
export interface AuthoredVonageSig {
	readonly scheme: "vonage-sig";
	readonly method: SigMethod;
	readonly secret: Secrets;
	readonly tolerance?: string;
	readonly timestamp?: "required" | "optional";
}

/** The platform's bearer token as written. */
export interface AuthoredVonageJwt {
	readonly scheme: "vonage-jwt";
	/** By API key; either this or `secret`. */
	readonly secrets?: Readonly<Record<string, Secrets>>;
	readonly secret?: Secrets;
	readonly payloadHash?: "required" | "optional";
	readonly issuer?: string | readonly string[];
	readonly applications?: string | readonly string[];
	readonly tolerance?: string;
}

/** An HMAC in a header as written. */
export interface AuthoredHmac {
	readonly scheme: "hmac";
	readonly header: string;
	readonly algorithm?: HmacSettings["algorithm"];
	readonly encoding?: HmacSettings["encoding"];
	readonly prefix?: string;
	readonly separator?: string;
	readonly timestamp?:
		| string
		| { readonly header?: string; readonly prefix?: string };
	readonly content?: string;
	readonly secret: Secrets;
	readonly tolerance?: string;
}

/** Standard Webhooks as written. */
export interface AuthoredStandardWebhooks {
	readonly scheme: "standard-webhooks";
	readonly secret: Secrets;
	readonly tolerance?: string;
}

/** HTTP Basic authentication as written. */
export interface AuthoredBasic {
	readonly scheme: "basic";
	readonly username: string;
	readonly password: Secrets;
}
