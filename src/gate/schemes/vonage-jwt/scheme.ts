import { itemsOf } from "../../../finding/items.ts";
import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import type { Scheme } from "../scheme.ts";
import { readSecrets, type Secrets } from "../secrets.ts";
import { readTolerance } from "../window.ts";
import {
	createVonageJwtVerifier,
	signVonageJwt,
	type VonageJwtSettings,
} from "./token.ts";

/** The scheme `vonage-jwt`: the bearer token of the platform. */
export const VONAGE_JWT: Scheme = {
	name: "vonage-jwt",
	isPlatform: true,
	secretHeaders: ["authorization"],
	secretParameters: [],
	schema: {
		title: "vonage-jwt",
		description:
			"The bearer token (a JWT with HS256) of Voice, Messages, Verify, Video and other webhooks. It proves the claim `api_key` and, if present, `application_id`; `match` can use both. Set either `secrets` or `secret`. See [vonage-jwt](signatures.md#vonage-jwt).",
		type: "object",
		additionalProperties: false,
		required: ["scheme"],
		oneOf: [{ required: ["secrets"] }, { required: ["secret"] }],
		properties: {
			scheme: { description: "The bearer token.", const: "vonage-jwt" },
			secrets: {
				description:
					"The signature secret of each account, by API key. List several secrets of an account while you rotate. Tokens of other accounts are rejected. Quote an API key of digits and an `e`.",
				type: "object",
				minProperties: 1,
				propertyNames: {
					pattern: "^(?!Infinity$)[A-Za-z0-9_-]{1,64}$",
					expects:
						"an API key such as `abcd1234`, in quotes when it reads like a number",
				},
				additionalProperties: { $ref: "#/$defs/secret" },
				defaultNote: "none",
				// biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of routes.yaml
				examples: [{ abcd1234: "${VONAGE_SIGNATURE_SECRET}" }],
			},
			secret: {
				description:
					"The signature secret for tokens of any account, such as the one of a Video webhook. List several while you rotate.",
				$ref: "#/$defs/secret",
				defaultNote: "none",
			},
			payloadHash: {
				description:
					"`optional` also accepts tokens without a hash of the body. Such a token does not protect the body. A hash that is present is always checked.",
				enum: ["required", "optional"],
				default: "required",
			},
			issuer: {
				description:
					"The accepted `iss` claims. `any` accepts every token, even one without `iss`.",
				$ref: "#/$defs/textOrList",
				minItems: 1,
				default: "Vonage",
			},
			applications: {
				description: "The ids of the applications whose tokens are accepted.",
				$ref: "#/$defs/textOrList",
				minItems: 1,
				defaultNote: "all applications, and tokens without one",
				examples: [["aaaaaaaa-bbbb-cccc-dddd-0123456789ab"]],
			},
			tolerance: {
				description:
					"How far the claim `iat` may differ from the clock in either direction, from `1s` to `7d`.",
				$ref: "#/$defs/duration",
				default: "5m",
			},
		},
	},
	definitions: {},
	read: readVonageJwt,
	configure: (settings: VonageJwtSettings) => ({
		scheme: VONAGE_JWT,
		settings,
		provesContent: true,
		provesTime: true,
		timeAdvice: undefined,
		claims: {
			documented: CLAIMS,
			proves: () => true,
			accepted: (claim) => acceptedValues(settings, claim),
		},
		secretHeaders: [],
		plainHeaders: [],
		covers: () => true,
		createVerifier: () => createVonageJwtVerifier(settings),
		sign: (request, options) => signVonageJwt(settings, request, options),
	}),
};

// --- helpers ---

/** The settings of the scheme, as written in the file. */
interface AuthoredVonageJwt {
	readonly scheme: "vonage-jwt";
	/** The secrets by API key. Either this or `secret` is set. */
	readonly secrets?: Readonly<Record<string, Secrets>>;
	readonly secret?: Secrets;
	readonly payloadHash?: "required" | "optional";
	readonly issuer?: string | readonly string[];
	readonly applications?: string | readonly string[];
	readonly tolerance?: string;
}

/** Claims of the platform's tokens (Vonage guide to signed webhooks; RFC 7519 section 4.1). */
const CLAIMS = [
	"api_key",
	"application_id",
	"iss",
	"iat",
	"jti",
	"payload_hash",
	"sub",
	"aud",
	"exp",
	"nbf",
];

/** The `iss` claim of the platform's tokens (Vonage guide to signed webhooks). */
const ISSUER = "Vonage";

/** Returns the values of a claim that the settings admit. Undefined for all. */
function acceptedValues(
	{ applications, secrets }: VonageJwtSettings,
	claim: string,
): readonly string[] | undefined {
	if (claim === "application_id") return applications;
	const isByKey = claim === "api_key" && secrets instanceof Map;
	return isByKey ? [...secrets.keys()] : undefined;
}

function readVonageJwt(
	scheme: AuthoredVonageJwt,
	site: Site,
	report: Report,
): VonageJwtSettings | undefined {
	const { payloadHash = "required", applications } = scheme;
	if (payloadHash === "optional") {
		report.warn(site.in("payloadHash").at(), {
			what: "the body is not proved where the token leaves its hash out: anyone who has seen such a token can send another body",
			todo: "take it out where the sender hashes the body, as the platform does",
		});
	}
	const secrets = readJwtSecrets(scheme, site, report);
	const issuers = readIssuers(scheme, site.in("issuer"), report);
	const toleranceMs = readTolerance(scheme, site, report);
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
				: readApplications(applications, site),
		toleranceMs,
	};
}

function readJwtSecrets(
	scheme: AuthoredVonageJwt,
	site: Site,
	report: Report,
): VonageJwtSettings["secrets"] | undefined {
	if (scheme.secret !== undefined) {
		return readSecrets(scheme.secret, site.in("secret"), report);
	}
	const authored = Object.entries(scheme.secrets ?? {});
	const byKey = new Map<string, readonly string[]>();
	for (const [key, value] of authored) {
		const secrets = readSecrets(value, site.in("secrets", key), report);
		if (secrets !== undefined) byKey.set(key, secrets);
	}
	return byKey.size === authored.length ? byKey : undefined;
}

function readIssuers(
	{ issuer = ISSUER }: AuthoredVonageJwt,
	site: Site,
	report: Report,
): readonly string[] | "any" | undefined {
	if (issuer === "any") {
		report.warn(site.at(), {
			what: "anyone who signs with the same secret passes, no matter what the token is for",
			todo: "name the issuers, or take it out for the platform's",
		});
		return issuer;
	}
	let isRight = true;
	const issuers = new Set<string>();
	for (const { text, at } of itemsOf(issuer, site)) {
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

function readApplications(
	applications: string | readonly string[],
	site: Site,
): readonly string[] {
	const items = itemsOf(applications, site.in("applications"));
	return [...new Set(items.map(({ text }) => text))];
}
