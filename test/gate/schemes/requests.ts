import { HookError } from "../../../src/errors.ts";
import type { Headers } from "../../../src/event/webhook.ts";
import { fingerprint, toKeys } from "../../../src/gate/schemes/keys.ts";
import type { OutgoingRequest } from "../../../src/gate/schemes/scheme.ts";
import type { Verifier } from "../../../src/gate/signature.ts";

/** The time of all tests, milliseconds. */
export const NOW = 1_700_000_000_000;

/** The same in seconds. */
export const SECONDS = NOW / 1000;

export const NONCE = "ec11dd3e-1e7f-4db5-9467-82b02cd223b9";

export const SECRET = "a secret of more than thirty-two bytes";
export const OTHER = "another secret of more than thirty-two";

export function get(query = "", headers: Headers = {}): OutgoingRequest {
	return { method: "GET", path: "/hook", query, headers, raw: Buffer.alloc(0) };
}

export function post(
	body: string | Uint8Array,
	headers: Headers = { "content-type": "application/json" },
): OutgoingRequest {
	const raw = Buffer.from(body as string);
	return { method: "POST", path: "/hook", query: "", headers, raw };
}

/** Asks a verifier about a request: `proved`, or the code and the message of its refusal. */
export function verdict(
	scheme: Verifier,
	request: OutgoingRequest,
	now = NOW,
): string {
	try {
		scheme.prove(request, now);
		return "proved";
	} catch (error) {
		if (!(error instanceof HookError)) throw error;
		return `${error.code} ${error.message}`;
	}
}

export function withHeader(
	request: OutgoingRequest,
	name: string,
	value: string | readonly string[] | undefined,
): OutgoingRequest {
	return { ...request, headers: { ...request.headers, [name]: value } };
}

/** The part of a mark that tells one secret from another. */
export function markOf(secret: string): string {
	return fingerprint(toKeys([secret]));
}
