import {
	createSignature,
	type Scheme,
	type Signature,
	UNSIGNED,
} from "../signature.ts";
import type { NoneSettings, SignatureSettings } from "../signature-settings.ts";
import { createBasicScheme, signBasic } from "./basic.ts";
import { createHmacScheme, signHmac } from "./hmac.ts";
import type {
	OutgoingRequest,
	SignedRequest,
	SigningOptions,
} from "./outgoing.ts";
import {
	createStandardWebhooksScheme,
	signStandardWebhooks,
} from "./standard-webhooks.ts";
import { createVonageJwtScheme, signVonageJwt } from "./vonage-jwt.ts";
import { createVonageSigScheme, signVonageSig } from "./vonage-sig.ts";

/** Makes the scheme that settings name. Throws RangeError for settings that `check` refuses. */
export function createScheme(
	settings: Exclude<SignatureSettings, NoneSettings>,
): Scheme {
	switch (settings.scheme) {
		case "vonage-sig":
			return createVonageSigScheme(settings);
		case "vonage-jwt":
			return createVonageJwtScheme(settings);
		case "hmac":
			return createHmacScheme(settings);
		case "standard-webhooks":
			return createStandardWebhooksScheme(settings);
		case "basic":
			return createBasicScheme(settings);
	}
}

/**
 * Makes the gate of a path: any one of the schemes proves origin. A single `none` asks for nothing;
 * beside others it would make them idle. Throws RangeError for that, and for an empty list.
 */
export function compileSignature(
	settings: readonly SignatureSettings[],
): Signature {
	if (settings.length === 1 && settings[0]?.scheme === "none") return UNSIGNED;
	return createSignature(
		settings.map((one) => {
			if (one.scheme !== "none") return createScheme(one);
			throw new RangeError("`none` stands alone");
		}),
	);
}

/**
 * Signs a request by the first of the settings' secrets; `none` leaves it as it is. Throws what
 * `signVonageSig` throws.
 */
export function signRequest(
	settings: SignatureSettings,
	request: OutgoingRequest,
	options: SigningOptions,
): SignedRequest {
	switch (settings.scheme) {
		case "none":
			return request;
		case "vonage-sig":
			return signVonageSig(settings, request, options);
		case "vonage-jwt":
			return signVonageJwt(settings, request, options);
		case "hmac":
			return signHmac(settings, request, options);
		case "standard-webhooks":
			return signStandardWebhooks(settings, request, options);
		case "basic":
			return signBasic(settings, request);
	}
}
