import { createHmac, hash, type KeyObject } from "node:crypto";
import { decodeProtectedHeader } from "jose/decode/protected_header";
import { decodeJwt } from "jose/jwt/decode";
import type { Claims, Headers, RawWebhook } from "../../../event/webhook.ts";
import { hasQueryPayload, isBodiless } from "../../body.ts";
import type { Verifier } from "../../signature.ts";
import { fitsAny, isSameText } from "../compare.ts";
import { fingerprint, noneOf, toKeys } from "../keys.ts";
import { invalid, missing, show } from "../refusal.ts";
import type {
	OutgoingRequest,
	SignedRequest,
	SigningOptions,
} from "../scheme.ts";
import { describeDrift } from "../window.ts";

/** The bearer token (JWT, HS256) of Voice, Messages, Verify and later webhooks. */
export interface VonageJwtSettings {
	readonly scheme: "vonage-jwt";
	/** The secrets by the claim `api_key`, or a list of secrets for any value of the claim. */
	readonly secrets: ReadonlyMap<string, readonly string[]> | readonly string[];
	/** `optional` accepts a body whose token does not contain its hash. */
	readonly payloadHash: "required" | "optional";
	/** The accepted `iss` claims. Undefined accepts every token. */
	readonly issuers: readonly string[] | undefined;
	/** The accepted `application_id` claims. Undefined accepts every token. */
	readonly applications: readonly string[] | undefined;
	/** Milliseconds, both ways. */
	readonly toleranceMs: number;
}

/**
 * Creates the check of the bearer token in the platform's signed webhooks: a JWT (RFC 7519) with HS256 only. It checks the
 * format first, then the algorithm, the signature, and finally the claims. Only `api_key` is read earlier, to find the
 * secret. Throws RangeError for an empty secret.
 */
export function createVonageJwtVerifier(settings: VonageJwtSettings): Verifier {
	const findSecrets = compileSecrets(settings.secrets);
	const checkClaims = createClaimsCheck(settings);
	return {
		name: NAME,
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
				throw invalid(NAME, `the signature ${noneOf(keys.length)}${whose}`);
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

const NAME = "vonage-jwt";

/** The maximum length of a token. The platform's tokens have about 600 characters. */
const TOKEN_MAX = 8 * 1024;

const BEARER = /^bearer +/i;
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

function readToken({ authorization: header }: Headers): string {
	if (header === undefined) {
		throw missing(NAME, "there is no Authorization header");
	}
	if (typeof header !== "string") {
		throw invalid(NAME, "there are several Authorization headers");
	}
	// RFC 7235 section 2.1: the scheme's name has no case.
	const start = BEARER.exec(header)?.[0].length;
	if (start === undefined) {
		throw invalid(NAME, "the Authorization header is not of type Bearer");
	}
	const token = header.slice(start);
	if (token.length > TOKEN_MAX) {
		throw invalid(
			NAME,
			`the token has ${token.length} characters, ${TOKEN_MAX} are taken`,
		);
	}
	if (TOKEN.test(token)) return token;
	throw invalid(
		NAME,
		token.includes(",")
			? "there are several Authorization headers, joined into one"
			: "the token is not three parts of base64url",
	);
}

/** Rejects other algorithms. The receiver decides which one it accepts, not the token (RFC 8725 section 3.1). */
function refuseOtherAlgorithms(token: string): void {
	const header = decode("header is", () => decodeProtectedHeader(token));
	const { alg } = header as { readonly alg?: unknown };
	if (alg !== "HS256") {
		throw invalid(
			NAME,
			alg === undefined
				? "the token names no `alg`, HS256 is taken"
				: `\`alg\` is ${show(alg)}, HS256 is taken`,
		);
	}
	// RFC 7515 section 4.1.11: what must be understood and is not makes the token invalid.
	if (Object.hasOwn(header, "crit")) {
		throw invalid(NAME, "the token asks for extensions by `crit`");
	}
}

/** The cause is left out: it quotes the token. */
function decode<T>(part: string, work: () => T): T {
	try {
		return work();
	} catch {
		throw invalid(NAME, `the token's ${part} not a JSON object`);
	}
}

/** RFC 7515 section 5.1: the third part, over the text of the first two. */
function signText(key: KeyObject | string, content: string): string {
	return createHmac("sha256", key).update(content).digest("base64url");
}

function toPart(value: unknown): string {
	return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** Distinguishes a list from a map, because `Array.isArray` does not narrow readonly lists. */
function isList(
	secrets: VonageJwtSettings["secrets"],
): secrets is readonly string[] {
	return Array.isArray(secrets);
}

/** Secrets of which one must match, and a value that distinguishes them from others. */
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
				NAME,
				apiKey === undefined
					? "the token names no `api_key`"
					: `\`api_key\` is ${show(apiKey)}, not text`,
			);
		}
		const known = byAccount.get(apiKey);
		if (known !== undefined) return known;
		throw invalid(NAME, `no secret for api_key ${show(apiKey)}`);
	};
}

/**
 * Compares the encoded strings, not the bytes. In base64url, the last character of 32 bytes has two unused bits, and a
 * token with other bits there is not the one that was signed.
 */
function fitsOne(
	keys: readonly KeyObject[],
	content: string,
	signature: string,
): boolean {
	return fitsAny(
		[signature],
		keys.map((key) => signText(key, content)),
	);
}

/**
 * Creates the check of a token's claims, for use after its signature was verified. It returns `iat` (seconds), or throws
 * SIGNATURE_INVALID. `iat` has a tolerance, because clocks differ. `exp` and `nbf`, which the platform does not send, have
 * none, because the issuer chose them (RFC 7519 section 4.1).
 */
function createClaimsCheck({
	payloadHash,
	issuers,
	applications,
	toleranceMs,
}: VonageJwtSettings): (
	claims: Claims,
	webhook: RawWebhook,
	now: number,
) => number {
	return (claims, webhook, now) => {
		refuseOthers("iss", claims.iss, issuers);
		const issuedAt = readTime("iat", claims.iat);
		const drift = describeDrift(issuedAt, { now, toleranceMs });
		if (drift !== undefined) throw invalid(NAME, `\`iat\` ${drift}`);
		checkLifetime(claims, now);
		refuseOthers("application_id", claims.application_id, applications);
		checkHash(claims.payload_hash, webhook, payloadHash === "optional");
		return issuedAt;
	};
}

/** Computes the claim `payload_hash`: SHA-256 of the raw body, in hex (Vonage webhooks guide, signed webhooks). */
function hashBody(raw: Uint8Array): string {
	return hash("sha256", raw, "hex");
}

function refuseOthers(
	name: string,
	value: unknown,
	accepted: readonly string[] | undefined,
): void {
	if (accepted === undefined) return;
	if (typeof value === "string" && accepted.includes(value)) return;
	throw invalid(
		NAME,
		`\`${name}\` is ${show(value)}, which is not among those accepted`,
	);
}

function checkLifetime({ exp, nbf }: Claims, now: number): void {
	const sinceMs = exp === undefined ? -1 : now - readTime("exp", exp) * 1000;
	if (sinceMs >= 0) {
		throw invalid(NAME, `\`exp\` was ${Math.floor(sinceMs / 1000)} s ago`);
	}
	const untilMs = nbf === undefined ? 0 : readTime("nbf", nbf) * 1000 - now;
	if (untilMs > 0) {
		throw invalid(NAME, `\`nbf\` is in ${Math.ceil(untilMs / 1000)} s`);
	}
}

function readTime(name: string, value: unknown): number {
	if (typeof value === "number" && Number.isFinite(value)) return value;
	throw invalid(NAME, `\`${name}\` is ${show(value)}, not a number of seconds`);
}

/**
 * Checks the hash. A GET needs none, but a hash that is present must be that of an empty body. Otherwise a token from a
 * POST could be reused for a GET with any query. A POST whose payload is its query needs this hash. Otherwise a token from
 * a GET could be reused on a route that allows only POST.
 */
function checkHash(
	claim: unknown,
	webhook: RawWebhook,
	isOptional: boolean,
): void {
	const hasBody = webhook.raw.length > 0;
	const isQuery = hasQueryPayload(webhook);
	if (hasBody && isQuery) {
		throw invalid(
			NAME,
			`a ${webhook.method} with a body: the token covers the body, and the payload is the query`,
		);
	}
	// Some senders write a claim that they have nothing for.
	const given = claim === null || claim === "" ? undefined : claim;
	if (given === undefined) {
		const isBare = isBodiless(webhook.method) || (!hasBody && !isQuery);
		if (isBare || isOptional) return;
		throw invalid(
			NAME,
			hasBody
				? "the token has no `payload_hash`, and the webhook has a body"
				: `the token has no \`payload_hash\`, and the payload of a ${webhook.method} without a body is its query`,
		);
	}
	if (typeof given !== "string") {
		throw invalid(NAME, `\`payload_hash\` is ${show(given)}, not text`);
	}
	if (!isSameText(given.toLowerCase(), hashBody(webhook.raw))) {
		throw invalid(
			NAME,
			hasBody
				? "`payload_hash` is not the hash of the body"
				: "`payload_hash` is that of a body, and the webhook has none",
		);
	}
}
