import fc from "fast-check";
import type { BasicSettings } from "../../../src/gate/schemes/basic.ts";
import type { HmacSettings } from "../../../src/gate/schemes/hmac/signature.ts";
import { SCHEMES } from "../../../src/gate/schemes/index.ts";
import type {
	ConfiguredScheme,
	OutgoingRequest,
	SigningOptions,
} from "../../../src/gate/schemes/scheme.ts";
import type { StandardWebhooksSettings } from "../../../src/gate/schemes/standard-webhooks.ts";
import type { VonageJwtSettings } from "../../../src/gate/schemes/vonage-jwt/token.ts";
import type { VonageSigSettings } from "../../../src/gate/schemes/vonage-sig/sig.ts";
import type { Verifier } from "../../../src/gate/signature.ts";
import { NONCE, NOW, SECRET, verdict } from "./requests.ts";

/** Settings of any built-in scheme that proves. */
export type Settings =
	| VonageSigSettings
	| VonageJwtSettings
	| HmacSettings
	| StandardWebhooksSettings
	| BasicSettings;

export const JWT: VonageJwtSettings = {
	scheme: "vonage-jwt",
	secrets: new Map([["abcd1234", [SECRET]]]),
	payloadHash: "required",
	issuers: ["Vonage"],
	applications: undefined,
	toleranceMs: 300_000,
};
export const SIG: VonageSigSettings = {
	scheme: "vonage-sig",
	method: "sha256",
	secrets: [SECRET],
	toleranceMs: 300_000,
	timestamp: "required",
};
/** Any form of the scheme `hmac`. */
export const hmacs: fc.Arbitrary<HmacSettings> = fc
	.record({
		algorithm: fc.constantFrom("sha256", "sha384", "sha512", "sha1"),
		encoding: fc.constantFrom("hex", "base64", "base64url"),
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

/** Puts settings of a built-in scheme to use. */
export function configure(settings: Settings): ConfiguredScheme {
	const scheme = SCHEMES.get(settings.scheme);
	if (scheme === undefined) throw new Error(`no scheme ${settings.scheme}`);
	return scheme.configure(settings);
}

export function createVerifier(settings: Settings): Verifier {
	return configure(settings).createVerifier();
}

export function signRequest(
	settings: Settings,
	request: OutgoingRequest,
	options: SigningOptions,
): OutgoingRequest {
	return configure(settings).sign(request, options);
}

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
	return verdict(createVerifier(settings), request, now);
}
