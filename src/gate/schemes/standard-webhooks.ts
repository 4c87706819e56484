import { createHmac, type KeyObject } from "node:crypto";
import type { Headers } from "../../event/webhook.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { hasQueryPayload, isBodiless } from "../body.ts";
import type { Verifier } from "../signature.ts";
import { fitsAny } from "./compare.ts";
import { fingerprint, noneOf, toKeys } from "./keys.ts";
import { invalid, missing, show } from "./refusal.ts";
import {
	NO_CLAIMS,
	type OutgoingRequest,
	type Scheme,
	type SignedRequest,
	type SigningOptions,
} from "./scheme.ts";
import { readKeys, type Secrets } from "./secrets.ts";
import { describeDrift, readSeconds, readTolerance } from "./window.ts";

/** Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature` (`v1,<base64>`, several by a space). */
export const STANDARD_WEBHOOKS: Scheme = {
	name: "standard-webhooks",
	isPlatform: false,
	secretHeaders: ["webhook-signature"],
	secretParameters: [],
	schema: {
		title: "standard-webhooks",
		description:
			"Standard Webhooks: the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`. See [standard-webhooks](signatures.md#standard-webhooks).",
		type: "object",
		additionalProperties: false,
		required: ["scheme", "secret"],
		properties: {
			scheme: {
				description: "The headers of Standard Webhooks.",
				const: "standard-webhooks",
			},
			secret: {
				description:
					"The key as the sender shows it: `whsec_` and base64. List several while you rotate.",
				$ref: "#/$defs/secret",
				// biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of routes.yaml
				examples: ["${WEBHOOK_SECRET}"],
			},
			tolerance: {
				description:
					"How far `webhook-timestamp` may differ from the clock in either direction, from `1s` to `7d`.",
				$ref: "#/$defs/duration",
				default: "5m",
			},
		},
	},
	definitions: {},
	read: readStandardWebhooks,
	configure: (settings: StandardWebhooksSettings) => ({
		scheme: STANDARD_WEBHOOKS,
		settings,
		provesContent: true,
		provesTime: true,
		timeAdvice: undefined,
		claims: NO_CLAIMS,
		secretHeaders: [],
		plainHeaders: ["webhook-id", "webhook-timestamp"],
		covers: (method) => method !== "GET",
		createVerifier: () => createStandardWebhooksVerifier(settings),
		sign: (request, options) =>
			signStandardWebhooks(settings, request, options),
	}),
};

/** The settings of `standard-webhooks`. */
export interface StandardWebhooksSettings {
	readonly scheme: "standard-webhooks";
	/** The keys as bytes, decoded from `whsec_<base64>`. */
	readonly keys: readonly Uint8Array[];
	/** Milliseconds, both ways. */
	readonly toleranceMs: number;
}

/**
 * Creates the check of Standard Webhooks 1.0.0, symmetric: HMAC-SHA256 over id, seconds and body. Rejects a GET, and a
 * POST with a query but without a body, because the query would be the payload, which the signature does not cover. Throws
 * RangeError without a key.
 */
export function createStandardWebhooksVerifier({
	keys,
	toleranceMs,
}: StandardWebhooksSettings): Verifier {
	const secrets = toKeys(keys);
	const mark = fingerprint(secrets);
	return {
		name: NAME,
		prove(webhook, now) {
			const { headers, raw } = webhook;
			const signatures = readHeader(headers, "webhook-signature");
			const id = readHeader(headers, "webhook-id");
			const timestamp = readHeader(headers, "webhook-timestamp");
			if (hasQueryPayload(webhook)) {
				throw invalid(
					NAME,
					`a ${webhook.method} ${isBodiless(webhook.method) ? "" : "without a body "}has a query, which is not signed`,
				);
			}
			// The specification forbids it: where the id ended and the time began would be open.
			if (id.includes("."))
				throw invalid(NAME, "`webhook-id` holds a full stop");
			const seconds = readSeconds(timestamp);
			if (seconds === undefined) {
				throw invalid(
					NAME,
					`\`webhook-timestamp\` is ${show(timestamp)}, not a number of seconds`,
				);
			}
			const given = splitSignatures(signatures);
			const expected = secrets.map((secret) =>
				sign(secret, `${id}.${timestamp}.`, raw),
			);
			if (!fitsAny(given, expected)) {
				throw invalid(
					NAME,
					given.length === 0
						? "`webhook-signature` holds no signature of version v1"
						: `the signature ${noneOf(secrets.length)}`,
				);
			}
			const drift = describeDrift(seconds, { now, toleranceMs });
			if (drift !== undefined)
				throw invalid(NAME, `\`webhook-timestamp\` ${drift}`);
			return {
				claims: {},
				mark: {
					key: `webhook ${mark} ${id}`,
					until: seconds * 1000 + toleranceMs,
					isPerPath: true,
				},
			};
		},
	};
}

/** Adds the three headers, with the nonce as `webhook-id`. Each key signs, so the receiver can rotate at any time. */
export function signStandardWebhooks(
	{ keys }: Pick<StandardWebhooksSettings, "keys">,
	request: OutgoingRequest,
	{ now, nonce }: SigningOptions,
): SignedRequest {
	const timestamp = String(Math.floor(now / 1000));
	const signatures = keys.map((key) => {
		return `v1,${sign(key, `${nonce}.${timestamp}.`, request.raw)}`;
	});
	const headers = {
		...request.headers,
		"webhook-id": nonce,
		"webhook-timestamp": timestamp,
		"webhook-signature": signatures.join(" "),
	};
	return { ...request, headers };
}

// --- helpers ---

const NAME = "standard-webhooks";

/** The settings of the scheme, as written in the file. */
interface AuthoredStandardWebhooks {
	readonly scheme: "standard-webhooks";
	readonly secret: Secrets;
	readonly tolerance?: string;
}

function readStandardWebhooks(
	scheme: AuthoredStandardWebhooks,
	site: Site,
	report: Report,
): StandardWebhooksSettings | undefined {
	const keys = readKeys(scheme.secret, site.in("secret"), report);
	const toleranceMs = readTolerance(scheme, site, report);
	if (keys === undefined || toleranceMs === undefined) return undefined;
	return { scheme: "standard-webhooks", keys, toleranceMs };
}

/** The maximum number of signatures. A sender has two keys, perhaps three. More would only cost time. */
const SIGNATURES_MAX = 20;

function sign(
	key: KeyObject | Uint8Array,
	start: string,
	raw: Uint8Array,
): string {
	return createHmac("sha256", key).update(start).update(raw).digest("base64");
}

function readHeader(headers: Headers, name: string): string {
	const text = headers[name];
	if (text === undefined || text === "") {
		// Without the signature nothing was signed; without another one it was signed wrongly.
		const refuse = name === "webhook-signature" ? missing : invalid;
		throw refuse(NAME, `there is no ${name} header`);
	}
	if (typeof text === "string") return text;
	throw invalid(NAME, `there are several ${name} headers`);
}

/** Returns the signatures of version v1, as base64. Asymmetric ones (`v1a`) are not supported. */
function splitSignatures(header: string): readonly string[] {
	return header
		.split(" ", SIGNATURES_MAX)
		.filter((part) => part.startsWith("v1,"))
		.map((part) => part.slice(3));
}
