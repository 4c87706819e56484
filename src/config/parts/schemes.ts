import type { Report } from "../../finding/report.ts";
import type { Place } from "../../finding/site.ts";
import type {
	BasicSettings,
	SignatureSettings,
	StandardWebhooksSettings,
	VonageJwtSettings,
	VonageSigSettings,
} from "../../gate/signature-settings.ts";
import { toList } from "./authored.ts";
import type {
	AuthoredBasic,
	AuthoredScheme,
	AuthoredStandardWebhooks,
	AuthoredVonageJwt,
	AuthoredVonageSig,
} from "./authored-signature.ts";
import { readHmac } from "./hmac.ts";
import { itemsOf } from "./items.ts";
import { readTolerance } from "./limits.ts";
import { readKeys, readSecrets } from "./secrets.ts";

/** Nothing is proved, as `none` says. */
export const NONE: SignatureSettings = Object.freeze({ scheme: "none" });

/** Normalises a scheme that the schema accepts; undefined, with a finding, when something in it is wrong. */
export function readScheme(
	scheme: AuthoredScheme,
	place: Place,
	report: Report,
): SignatureSettings | undefined {
	switch (scheme.scheme) {
		case "none":
			return NONE;
		case "vonage-sig":
			return readVonageSig(scheme, place, report);
		case "vonage-jwt":
			return readVonageJwt(scheme, place, report);
		case "hmac":
			return readHmac(scheme, place, report);
		case "standard-webhooks":
			return readStandardWebhooks(scheme, place, report);
		case "basic":
			return readBasic(scheme, place, report);
	}
}

// --- helpers ---

/** The `iss` claim of the platform's tokens (Vonage guide to signed webhooks). */
const ISSUER = "Vonage";

function readVonageSig(
	scheme: AuthoredVonageSig,
	place: Place,
	report: Report,
): VonageSigSettings | undefined {
	const { method, timestamp = "required" } = scheme;
	if (method === "md5hash" || method === "md5") {
		report.warn(place.in("method").at(), {
			what: `\`${method}\` is the weakest of the platform's methods`,
			todo: "choose `sha256` at the platform, and write it here",
		});
	}
	if (timestamp === "optional") {
		report.warn(place.in("timestamp").at(), {
			what: "anybody who has seen a webhook without `timestamp` can send it for ever",
			todo: "take it out where the platform sends the time",
		});
	}
	const secrets = readSecrets(scheme.secret, place.in("secret"), report);
	const toleranceMs = readTolerance(scheme, place, report);
	if (secrets === undefined || toleranceMs === undefined) return undefined;
	return { scheme: "vonage-sig", method, secrets, toleranceMs, timestamp };
}

function readVonageJwt(
	scheme: AuthoredVonageJwt,
	place: Place,
	report: Report,
): VonageJwtSettings | undefined {
	const { payloadHash = "required", applications } = scheme;
	if (payloadHash === "optional") {
		report.warn(place.in("payloadHash").at(), {
			what: "the body is not proved where the token leaves its hash out: anybody who has seen such a token can send another body",
			todo: "take it out where the sender hashes the body, as the platform does",
		});
	}
	const secrets = readJwtSecrets(scheme, place, report);
	const issuers = readIssuers(scheme, place.in("issuer"), report);
	const toleranceMs = readTolerance(scheme, place, report);
	if (
		secrets === undefined ||
		issuers === undefined ||
		toleranceMs === undefined
	) {
		return undefined;
	}
	return {
		scheme: "vonage-jwt",
		secrets,
		payloadHash,
		issuers: issuers === "any" ? undefined : issuers,
		applications:
			applications === undefined
				? undefined
				: [...new Set(toList(applications))],
		toleranceMs,
	};
}

function readJwtSecrets(
	scheme: AuthoredVonageJwt,
	place: Place,
	report: Report,
): VonageJwtSettings["secrets"] | undefined {
	if (scheme.secret !== undefined) {
		return readSecrets(scheme.secret, place.in("secret"), report);
	}
	const authored = Object.entries(scheme.secrets ?? {});
	const byKey = new Map<string, readonly string[]>();
	for (const [key, value] of authored) {
		const secrets = readSecrets(value, place.in("secrets", key), report);
		if (secrets !== undefined) byKey.set(key, secrets);
	}
	return byKey.size === authored.length ? byKey : undefined;
}

function readIssuers(
	{ issuer = ISSUER }: AuthoredVonageJwt,
	place: Place,
	report: Report,
): readonly string[] | "any" | undefined {
	if (issuer === "any") {
		report.warn(place.at(), {
			what: "whoever signs by the same secret passes, for whatever the token was meant",
			todo: "name the issuers, or take it out for the platform's",
		});
		return issuer;
	}
	let isRight = true;
	const issuers = new Set<string>();
	for (const { text, at } of itemsOf(issuer, place)) {
		issuers.add(text);
		if (text !== "any") continue;
		isRight = false;
		report.error(at.at(), {
			what: "`any` stands beside issuers by name",
			todo: "write `issuer: any`, or take `any` out",
		});
	}
	return isRight ? [...issuers] : undefined;
}

function readStandardWebhooks(
	scheme: AuthoredStandardWebhooks,
	place: Place,
	report: Report,
): StandardWebhooksSettings | undefined {
	const keys = readKeys(scheme.secret, place.in("secret"), report);
	const toleranceMs = readTolerance(scheme, place, report);
	if (keys === undefined || toleranceMs === undefined) return undefined;
	return { scheme: "standard-webhooks", keys, toleranceMs };
}

function readBasic(
	{ username, password }: AuthoredBasic,
	place: Place,
	report: Report,
): BasicSettings | undefined {
	const passwords = readSecrets(password, place.in("password"), report);
	if (passwords === undefined) return undefined;
	return { scheme: "basic", username, passwords };
}
