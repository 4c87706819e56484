import { createHmac, hash, type KeyObject } from "node:crypto";
import type { RawWebhook } from "../../../event/webhook.ts";
import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import { hasQueryPayload, readBodyType } from "../../body.ts";
import { parseForm } from "../../form.ts";
import { NOTHING_MORE, type Verifier } from "../../signature.ts";
import { fitsAny } from "../compare.ts";
import { noneOf, toKeys } from "../keys.ts";
import { invalid, missing } from "../refusal.ts";
import { NO_CLAIMS, type OutgoingRequest, type Scheme } from "../scheme.ts";
import { readSecrets, type Secrets } from "../secrets.ts";
import { secretSchema } from "./service.ts";

/** The webhooks of Twilio, whose signature covers the URL and the sorted fields of a form. */
export const TWILIO: Scheme = {
	name: "twilio",
	isPlatform: false,
	secretHeaders: ["x-twilio-signature"],
	secretParameters: [],
	schema: {
		title: "twilio",
		description:
			"The signature of Twilio in the header `x-twilio-signature`, over the URL and the fields of the form ([documented by Twilio](https://www.twilio.com/docs/usage/security#validating-requests)). See [services](signatures.md#services).",
		type: "object",
		additionalProperties: false,
		required: ["scheme", "secret", "url"],
		properties: {
			scheme: { description: "The signature of Twilio.", const: "twilio" },
			secret: secretSchema("twilio", "auth token of the account"),
			url: {
				description:
					"The URL of the webhook as written at Twilio, without its query.",
				type: "string",
				pattern: "^https?://[^/?#]+[^?#]*$",
				expects: "an http or https URL without a query",
				examples: ["https://hooks.example.com/twilio"],
			},
		},
	},
	definitions: {},
	read: readTwilio,
	configure: (settings: TwilioSettings) => ({
		scheme: TWILIO,
		settings,
		provesContent: true,
		provesTime: false,
		timeAdvice: undefined,
		claims: NO_CLAIMS,
		secretHeaders: [],
		plainHeaders: [],
		covers: () => true,
		createVerifier: () => createTwilioVerifier(settings),
		sign: (request) => signTwilio(settings, request),
	}),
};

/** The settings of `twilio`. */
export interface TwilioSettings {
	readonly scheme: "twilio";
	/** Without a query. */
	readonly url: string;
	readonly secrets: readonly string[];
}

/**
 * Creates the check of a webhook of Twilio: HMAC-SHA1 in base64 over the URL with its query, and then the name and the values of each
 * field of a form, sorted by name. For a body that is not a form, the query has its SHA-256 as `bodySHA256`. Throws RangeError for an
 * empty secret.
 */
export function createTwilioVerifier({
	url,
	secrets,
}: TwilioSettings): Verifier {
	const keys = toKeys(secrets);
	return {
		name: NAME,
		prove(webhook) {
			const given = webhook.headers[HEADER];
			if (given === undefined) throw missing(NAME, `there is no ${HEADER}`);
			if (typeof given !== "string") {
				throw invalid(NAME, `there are several ${HEADER} headers`);
			}
			const content = contentOf(url, webhook);
			const expected = keys.map((key) => digest(key, content));
			if (!fitsAny([given], expected))
				throw invalid(NAME, `the signature ${noneOf(keys.length)}`);
			return NOTHING_MORE;
		},
	};
}

/** Adds the header of the signature, and for a body that is not a form its hash. */
export function signTwilio(
	{ url, secrets: [secret = ""] }: TwilioSettings,
	request: OutgoingRequest,
): OutgoingRequest {
	const isBare = hasQueryPayload(request) || isForm(request);
	const query = new URLSearchParams(request.query);
	if (!isBare) query.set(BODY_HASH, hash("sha256", request.raw, "hex"));
	const hashed = isBare ? request : { ...request, query: query.toString() };
	const signature = digest(secret, contentOf(url, hashed));
	return { ...hashed, headers: { ...hashed.headers, [HEADER]: signature } };
}

// --- helpers ---

const NAME = "twilio";
const HEADER = "x-twilio-signature";
const BODY_HASH = "bodySHA256";

function digest(key: KeyObject | string, content: string): string {
	return createHmac("sha1", key).update(content).digest("base64");
}

/** Returns the signed text. Throws SIGNATURE_INVALID for a body that it does not cover. */
function contentOf(url: string, webhook: RawWebhook): string {
	const { query, raw } = webhook;
	const address = query === "" ? url : `${url}?${query}`;
	if (hasQueryPayload(webhook)) return address;
	if (isForm(webhook)) return address + joinFields(decodeForm(raw));
	const given = parseForm(query)[BODY_HASH];
	if (given !== hash("sha256", raw, "hex")) {
		throw invalid(NAME, `the hash in ${BODY_HASH} is not that of the body`);
	}
	return address;
}

function isForm({ headers }: Pick<RawWebhook, "headers">): boolean {
	const type = headers["content-type"];
	return (
		typeof type === "string" &&
		/^application\/x-www-form-urlencoded *(?:;|$)/i.test(type) &&
		readBodyType(type).encoding === "form"
	);
}

function decodeForm(raw: Uint8Array): ReturnType<typeof parseForm> {
	return parseForm(Buffer.from(raw).toString());
}

/** Writes names and values without a separator, sorted by name. Several values of a name are sorted, each once. */
function joinFields(fields: ReturnType<typeof parseForm>): string {
	return Object.keys(fields)
		.sort()
		.flatMap((name) =>
			[...new Set([fields[name]].flat() as string[])]
				.sort()
				.map((value) => name + value),
		)
		.join("");
}

/** The settings of the scheme, as written in the file. */
interface AuthoredTwilio {
	readonly scheme: "twilio";
	readonly secret: Secrets;
	readonly url: string;
}

function readTwilio(
	{ secret, url }: AuthoredTwilio,
	site: Site,
	report: Report,
): TwilioSettings | undefined {
	const secrets = readSecrets(secret, site.in("secret"), report);
	return secrets && { scheme: NAME, url, secrets };
}
