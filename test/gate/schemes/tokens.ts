import { createHash, createHmac } from "node:crypto";
import type { OutgoingRequest } from "../../../src/gate/schemes/scheme.ts";
import { NONCE, post, SECONDS, SECRET, withHeader } from "./requests.ts";

/** The body of the webhooks whose tokens are made here. */
export const BODY = '{ "status": "delivered" }';

/** Its hash, as `payload_hash` has it. */
export const HASH = createHash("sha256").update(BODY).digest("hex");

/** The claims of a token that fits `JWT` of `signers.ts` and `BODY`. */
export const CLAIMS = {
	iat: SECONDS,
	jti: NONCE,
	iss: "Vonage",
	api_key: "abcd1234",
	payload_hash: HASH,
};

interface Signing {
	readonly secret?: string;
	readonly digest?: string;
}

/** Writes a token by hand: what is tested does not sign for its own test. */
export function signToken(
	header: object,
	claims: object,
	signing: Signing = {},
): string {
	const content = [header, claims]
		.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
		.join(".");
	return `${content}.${macOf(content, signing)}`;
}

/** Writes a token as the platform does. */
export function tokenOf(claims: object, signing?: Signing): string {
	return signToken({ alg: "HS256", typ: "JWT" }, claims, signing);
}

/** The third part of a token, over the text of the first two. */
export function macOf(
	content: string,
	{ secret = SECRET, digest = "sha256" }: Signing = {},
): string {
	return createHmac(digest, secret).update(content).digest("base64url");
}

/** A webhook with an Authorization header. */
export function withToken(
	authorization: string | readonly string[] | undefined,
): OutgoingRequest {
	return withHeader(post(BODY), "authorization", authorization);
}

/** A webhook with the token of these claims. */
export function bearing(claims: object, signing?: Signing): OutgoingRequest {
	return withToken(`Bearer ${tokenOf(claims, signing)}`);
}
