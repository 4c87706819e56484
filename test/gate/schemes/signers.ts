import fc from "fast-check";
import { createScheme, signRequest } from "../../../src/gate/schemes/create.ts";
import type { OutgoingRequest } from "../../../src/gate/schemes/outgoing.ts";
import {
	DIGEST_ENCODINGS,
	HMAC_ALGORITHMS,
	type HmacSettings,
	type NoneSettings,
	type SignatureSettings,
	type VonageJwtSettings,
} from "../../../src/gate/signature-settings.ts";
import { NONCE, NOW, SECRET, verdict } from "./requests.ts";

/** Settings of any scheme that proves. */
export type Settings = Exclude<SignatureSettings, NoneSettings>;

export const JWT: VonageJwtSettings = {
	scheme: "vonage-jwt",
	secrets: new Map([["abcd1234", [SECRET]]]),
	payloadHash: "required",
	issuers: ["Vonage"],
	applications: undefined,
	toleranceMs: 300_000,
};
/** Any form of the scheme `hmac`. */
export const hmacs: fc.Arbitrary<HmacSettings> = fc
	.record({
		algorithm: fc.constantFrom(...HMAC_ALGORITHMS),
		encoding: fc.constantFrom(...DIGEST_ENCODINGS),
		form: fc.constantFrom(
			{
				prefix: "",
				separator: undefined,
				timestamp: undefined,
				content: "{body}",
			},
			{
				prefix: "v0=",
				separator: undefined,
				timestamp: { header: "x-time" },
				content: "v0:{timestamp}:{body}",
			},
			{
				prefix: "v1=",
				separator: ",",
				timestamp: { prefix: "t=" },
				content: "{timestamp}.{body}",
			},
		),
	})
	.map(({ form, ...rest }) => ({
		scheme: "hmac",
		header: "x-signature",
		secrets: [SECRET],
		toleranceMs: 300_000,
		...form,
		...rest,
	}));
export const STANDARD = {
	scheme: "standard-webhooks",
	keys: [Buffer.from(SECRET)],
	toleranceMs: 300_000,
} as const;

export const REFUSED = /^SIGNATURE_/;
export const RUNS = { numRuns: 300 };

export function sign(
	settings: Settings,
	request: OutgoingRequest,
	nonce = NONCE,
): OutgoingRequest {
	return signRequest(settings, request, { now: NOW, nonce });
}

export function judge(
	settings: Settings,
	request: OutgoingRequest,
	now = NOW,
): string {
	return verdict(createScheme(settings), request, now);
}
