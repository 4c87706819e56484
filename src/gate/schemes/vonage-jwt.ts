import { createHmac, type KeyObject } from "node:crypto";
import { decodeJwt, decodeProtectedHeader } from "jose";
import type { Claims, Headers } from "../../event/webhook.ts";
import { isBodiless } from "../body.ts";
import type { Scheme } from "../signature.ts";
import type { VonageJwtSettings } from "../signature-settings.ts";
import { isSameText } from "./compare.ts";
import { fingerprint, noneOf, toKeys } from "./keys.ts";
import type {
	OutgoingRequest,
	SignedRequest,
	SigningOptions,
} from "./outgoing.ts";
import { invalid, missing, show } from "./refusal.ts";
import {
	createClaimsCheck,
	hashBody,
	VONAGE_JWT,
} from "./vonage-jwt-claims.ts";

/**
 * The bearer token of the platform's signed webhooks: a JWT (RFC 7519), HS256 and nothing else. The form
 * is checked first, then the algorithm, the signature, and the claims last; of those only `api_key` is
 * looked at before, and only to find the secret. Throws RangeError for an empty secret.
 */
export function createVonageJwtScheme(settings: VonageJwtSettings): Scheme {
	const findSecrets = compileSecrets(settings.secrets);
	const checkClaims = createClaimsCheck(settings);
	return {
		name: VONAGE_JWT,
		prove(webhook, now) {
			const token = readToken(webhook.headers);
			refuseOtherAlgorithms(token);
			const claims = decode("claims are", () => decodeJwt(token) as Claims);
			const { keys, mark } = findSecrets(claims);
			const dot = token.lastIndexOf(".");
			const signature = token.slice(dot + 1);
			if (!fitsOne(keys, token.slice(0, dot), signature)) {
				const whose = isList(settings.secrets)
					? ""
					: ` of api_key ${show(claims.api_key)}`;
				throw invalid(
					VONAGE_JWT,
					`the signature ${noneOf(keys.length)}${whose}`,
				);
			}
			const issuedAt = checkClaims(claims, webhook, now);
			const { api_key: apiKey, jti } = claims;
			const account = typeof apiKey === "string" ? apiKey : "";
			const id = typeof jti === "string" && jti !== "" ? jti : signature;
			return {
				claims,
				mark: {
					key: `jwt ${mark} ${account} ${id}`,
					until: issuedAt * 1000 + settings.toleranceMs,
				},
			};
		},
	};
}

/**
 * Adds the Authorization header as the platform writes it: the nonce is `jti`, all but a GET have their
 * `payload_hash`, and account, issuer and application are the first of those that the settings accept.
 */
export function signVonageJwt(
	{ secrets, issuers, applications }: VonageJwtSettings,
	request: OutgoingRequest,
	{ now, nonce, claims: more }: SigningOptions,
): SignedRequest {
	const [apiKey, texts] = isList(secrets)
		? [undefined, secrets]
		: ([...secrets][0] ?? [undefined, []]);
	const claims = {
		iat: Math.floor(now / 1000),
		jti: nonce,
		iss: issuers?.[0] ?? "Vonage",
		...(!isBodiless(request.method) && { payload_hash: hashBody(request.raw) }),
		...(apiKey !== undefined && { api_key: apiKey }),
		...(applications?.[0] && { application_id: applications[0] }),
		...more,
	};
	const account = (claims as Claims).api_key;
	const known = isList(secrets) ? undefined : secrets.get(String(account));
	const [secret = ""] = known ?? texts;
	const content = `${toPart({ alg: "HS256", typ: "JWT" })}.${toPart(claims)}`;
	const authorization = `Bearer ${content}.${signText(secret, content)}`;
	return { ...request, headers: { ...request.headers, authorization } };
}

// --- helpers ---

/** The platform's tokens have some 600 characters. */
const TOKEN_MAX = 8 * 1024;

const BEARER = /^bearer +/i;
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

function readToken({ authorization: header }: Headers): string {
	if (header === undefined) {
		throw missing(VONAGE_JWT, "there is no Authorization header");
	}
	if (typeof header !== "string") {
		throw invalid(VONAGE_JWT, "there are several Authorization headers");
	}
	// RFC 7235 section 2.1: the scheme's name has no case.
	const start = BEARER.exec(header)?.[0].length;
	if (start === undefined) {
		throw invalid(VONAGE_JWT, "the Authorization header is not of type Bearer");
	}
	const token = header.slice(start);
	if (token.length > TOKEN_MAX) {
		throw invalid(
			VONAGE_JWT,
			`the token has ${token.length} characters, ${TOKEN_MAX} are taken`,
		);
	}
	if (TOKEN.test(token)) return token;
	throw invalid(
		VONAGE_JWT,
		token.includes(",")
			? "there are several Authorization headers, joined into one"
			: "the token is not three parts of base64url",
	);
}

/** RFC 8725 section 3.1: the receiver says which algorithm it takes, never the token. */
function refuseOtherAlgorithms(token: string): void {
	const header = decode("header is", () => decodeProtectedHeader(token));
	const { alg } = header as { readonly alg?: unknown };
	if (alg !== "HS256") {
		throw invalid(
			VONAGE_JWT,
			alg === undefined
				? "the token names no `alg`, HS256 is taken"
				: `\`alg\` is ${show(alg)}, HS256 is taken`,
		);
	}
	// RFC 7515 section 4.1.11: what must be understood and is not makes the token invalid.
	if (Object.hasOwn(header, "crit")) {
		throw invalid(VONAGE_JWT, "the token asks for extensions by `crit`");
	}
}

/** The cause is left out: it quotes the token. */
function decode<T>(part: string, work: () => T): T {
	try {
		return work();
	} catch {
		throw invalid(VONAGE_JWT, `the token's ${part} not a JSON object`);
	}
}

/** RFC 7515 section 5.1: the third part, over the text of the first two. */
function signText(key: KeyObject | string, content: string): string {
	return createHmac("sha256", key).update(content).digest("base64url");
}

function toPart(value: unknown): string {
	return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** `Array.isArray` does not tell a readonly list from a map. */
function isList(
	secrets: VonageJwtSettings["secrets"],
): secrets is readonly string[] {
	return Array.isArray(secrets);
}

/** Secrets of which any one fits, and what tells them from others. */
interface Secrets {
	readonly keys: readonly KeyObject[];
	readonly mark: string;
}

function toSecrets(texts: readonly string[]): Secrets {
	const keys = toKeys(texts);
	return { keys, mark: fingerprint(keys) };
}

function compileSecrets(
	secrets: VonageJwtSettings["secrets"],
): (claims: Claims) => Secrets {
	if (isList(secrets)) {
		const known = toSecrets(secrets);
		return () => known;
	}
	const byAccount = new Map<string, Secrets>();
	for (const [apiKey, texts] of secrets)
		byAccount.set(apiKey, toSecrets(texts));
	if (byAccount.size === 0) throw new RangeError("a scheme needs a secret");
	return ({ api_key: apiKey }) => {
		if (typeof apiKey !== "string") {
			throw invalid(
				VONAGE_JWT,
				apiKey === undefined
					? "the token names no `api_key`"
					: `\`api_key\` is ${show(apiKey)}, not text`,
			);
		}
		const known = byAccount.get(apiKey);
		if (known !== undefined) return known;
		throw invalid(VONAGE_JWT, `no secret for api_key ${show(apiKey)}`);
	};
}

/**
 * Compares texts, not the bytes behind them: the last character of 32 bytes in base64url holds two bits
 * that no byte has, and a token with others there is not the one that was signed.
 */
function fitsOne(
	keys: readonly KeyObject[],
	content: string,
	signature: string,
): boolean {
	let fits = false;
	for (const key of keys) {
		if (isSameText(signature, signText(key, content))) fits = true;
	}
	return fits;
}
