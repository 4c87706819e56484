import { hash } from "node:crypto";
import type { Claims, RawWebhook } from "../../event/webhook.ts";
import { hasQueryPayload, isBodiless } from "../body.ts";
import type { VonageJwtSettings } from "../signature-settings.ts";
import { isSameText } from "./compare.ts";
import { invalid, show } from "./refusal.ts";
import { describeDrift } from "./window.ts";

/** The scheme's name in settings and messages. */
export const VONAGE_JWT = "vonage-jwt";

/**
 * Makes the check of a token's claims, to be asked after its signature was found right. It returns `iat`
 * (seconds), or throws SIGNATURE_INVALID. `iat` has the tolerance, since clocks differ; `exp` and `nbf`,
 * which the platform does not send, have none: they are the issuer's own word (RFC 7519 section 4.1).
 */
export function createClaimsCheck({
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
		if (drift !== undefined) throw invalid(VONAGE_JWT, `\`iat\` ${drift}`);
		checkLifetime(claims, now);
		refuseOthers("application_id", claims.application_id, applications);
		checkHash(claims.payload_hash, webhook, payloadHash === "optional");
		return issuedAt;
	};
}

/** The claim `payload_hash`: SHA-256 of the body's bytes as they are, in hex (Vonage webhooks guide, signed webhooks). */
export function hashBody(raw: Uint8Array): string {
	return hash("sha256", raw, "hex");
}

// --- helpers ---

function refuseOthers(
	name: string,
	value: unknown,
	accepted: readonly string[] | undefined,
): void {
	if (accepted === undefined) return;
	if (typeof value === "string" && accepted.includes(value)) return;
	throw invalid(
		VONAGE_JWT,
		`\`${name}\` is ${show(value)}, which is not among those accepted`,
	);
}

function checkLifetime({ exp, nbf }: Claims, now: number): void {
	const sinceMs = exp === undefined ? -1 : now - readTime("exp", exp) * 1000;
	if (sinceMs >= 0) {
		throw invalid(
			VONAGE_JWT,
			`\`exp\` was ${Math.floor(sinceMs / 1000)} s ago`,
		);
	}
	const untilMs = nbf === undefined ? 0 : readTime("nbf", nbf) * 1000 - now;
	if (untilMs > 0) {
		throw invalid(VONAGE_JWT, `\`nbf\` is in ${Math.ceil(untilMs / 1000)} s`);
	}
}

function readTime(name: string, value: unknown): number {
	if (typeof value === "number" && Number.isFinite(value)) return value;
	throw invalid(
		VONAGE_JWT,
		`\`${name}\` is ${show(value)}, not a number of seconds`,
	);
}

/**
 * A GET needs no hash; where there is one all the same, it must be that of no bytes. Otherwise the token
 * of a POST that somebody saw would do for a GET with any query. A POST whose payload is its query needs
 * that hash: otherwise the token of a GET would do where a route takes POST alone.
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
			VONAGE_JWT,
			`a ${webhook.method} with a body: the token covers the body, and the payload is the query`,
		);
	}
	// Some senders write a claim that they have nothing for.
	const given = claim === null || claim === "" ? undefined : claim;
	if (given === undefined) {
		const isBare = isBodiless(webhook.method) || (!hasBody && !isQuery);
		if (isBare || isOptional) return;
		throw invalid(
			VONAGE_JWT,
			hasBody
				? "the token has no `payload_hash`, and the webhook has a body"
				: `the token has no \`payload_hash\`, and the payload of a ${webhook.method} without a body is its query`,
		);
	}
	if (typeof given !== "string") {
		throw invalid(VONAGE_JWT, `\`payload_hash\` is ${show(given)}, not text`);
	}
	if (!isSameText(given.toLowerCase(), hashBody(webhook.raw))) {
		throw invalid(
			VONAGE_JWT,
			hasBody
				? "`payload_hash` is not the hash of the body"
				: "`payload_hash` is that of a body, and the webhook has none",
		);
	}
}
