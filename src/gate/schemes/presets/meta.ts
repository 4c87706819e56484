import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import { parseForm } from "../../form.ts";
import { NOTHING_MORE, type Verifier } from "../../signature.ts";
import { fitsAny } from "../compare.ts";
import { configureHmac } from "../hmac/scheme.ts";
import { createHmacVerifier, type HmacSettings } from "../hmac/signature.ts";
import { invalid, missing } from "../refusal.ts";
import type { OutgoingRequest, Scheme } from "../scheme.ts";
import { readSecrets, type Secrets } from "../secrets.ts";
import { secretSchema } from "./service.ts";

/**
 * The webhooks of Meta (WhatsApp, Messenger, Instagram): an HMAC over the body, and for the GET that confirms a URL the verify token
 * in the query. A static answer with a template returns the challenge of that GET.
 */
export const META: Scheme = {
	name: "meta",
	isPlatform: false,
	secretHeaders: ["x-hub-signature-256"],
	secretParameters: ["hub.verify_token"],
	schema: {
		title: "meta",
		description:
			"The signature of Meta (WhatsApp, Messenger, Instagram) in the header `x-hub-signature-256`, and the verify token of the GET that confirms the URL ([documented by Meta](https://developers.facebook.com/docs/graph-api/webhooks/getting-started)). See [services](signatures.md#services).",
		type: "object",
		additionalProperties: false,
		required: ["scheme", "secret"],
		properties: {
			scheme: { description: "The signature of Meta.", const: "meta" },
			secret: secretSchema("meta", "app secret"),
			token: {
				description:
					"The verify token, as written at Meta. Without it, the GET that confirms the URL is refused.",
				$ref: "#/$defs/secret",
				defaultNote: "none",
				// biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of routes.yaml
				examples: ["${META_VERIFY_TOKEN}"],
			},
		},
	},
	definitions: {},
	read: readMeta,
	configure(settings: MetaSettings) {
		const { tokens } = settings;
		const configured = configureHmac(META, settings);
		return {
			...configured,
			covers: (method) => (method === "GET" ? tokens.length > 0 : true),
			createVerifier: () => createMetaVerifier(settings),
			sign: (request, options) =>
				request.method === "GET"
					? addToken(settings, request)
					: configured.sign(request, options),
		};
	},
};

/** The settings of `meta`. */
export interface MetaSettings extends HmacSettings {
	/** The verify tokens. Empty if the GET is refused. */
	readonly tokens: readonly string[];
}

/** Creates the check of Meta's webhooks. Throws RangeError for an empty secret. */
export function createMetaVerifier(settings: MetaSettings): Verifier {
	const signed = createHmacVerifier(settings);
	const { tokens } = settings;
	return {
		name: NAME,
		prove(webhook, now) {
			if (webhook.method !== "GET") return signed.prove(webhook, now);
			const { [MODE]: mode, [TOKEN]: token } = parseForm(webhook.query);
			if (token === undefined) throw missing(NAME, `there is no ${TOKEN}`);
			if (tokens.length === 0) throw invalid(NAME, "no `token` is configured");
			if (mode !== "subscribe") {
				throw invalid(NAME, `${MODE} is not \`subscribe\``);
			}
			const given = typeof token === "string" ? [token] : [];
			if (!fitsAny(given, tokens)) throw invalid(NAME, `${TOKEN} is another`);
			return NOTHING_MORE;
		},
	};
}

// --- helpers ---

const NAME = "meta";
const MODE = "hub.mode";
const TOKEN = "hub.verify_token";

function addToken(
	{ tokens: [token = ""] }: MetaSettings,
	request: OutgoingRequest,
): OutgoingRequest {
	const query = new URLSearchParams(request.query);
	query.set(MODE, "subscribe");
	query.set(TOKEN, token);
	return { ...request, query: query.toString() };
}

/** The settings of the scheme, as written in the file. */
interface AuthoredMeta {
	readonly scheme: "meta";
	readonly secret: Secrets;
	readonly token?: Secrets;
}

function readMeta(
	{ secret, token }: AuthoredMeta,
	site: Site,
	report: Report,
): MetaSettings | undefined {
	const secrets = readSecrets(secret, site.in("secret"), report);
	const tokens =
		token === undefined ? [] : readSecrets(token, site.in("token"), report);
	if (secrets === undefined || tokens === undefined) return undefined;
	return {
		scheme: NAME,
		header: "x-hub-signature-256",
		algorithm: "sha256",
		encoding: "hex",
		prefix: "sha256=",
		separator: undefined,
		timestamp: undefined,
		content: "{body}",
		secrets,
		toleranceMs: 0,
		tokens,
	};
}
