import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import type { Scheme } from "../scheme.ts";
import { readSecrets, type Secrets } from "../secrets.ts";
import { readTolerance } from "../window.ts";
import {
	createVonageSigVerifier,
	SIG_METHODS,
	signVonageSig,
	type VonageSigSettings,
} from "./sig.ts";

/** The scheme `vonage-sig`: the parameter `sig` of SMS webhooks. */
export const VONAGE_SIG: Scheme = {
	name: "vonage-sig",
	isPlatform: true,
	secretHeaders: [],
	secretParameters: ["sig"],
	schema: {
		title: "vonage-sig",
		description:
			"The parameter `sig` of SMS and US Short Code webhooks. The platform signs webhooks only after its support has enabled that for your account; the setting in the dashboard covers only the messages that you send. See [vonage-sig](signatures.md#vonage-sig).",
		type: "object",
		additionalProperties: false,
		required: ["scheme", "method", "secret"],
		properties: {
			scheme: { description: "The `sig` parameter.", const: "vonage-sig" },
			method: {
				description:
					"The method in your account's settings. `md5hash` is a plain MD5 hash over text and secret, the others are HMACs.",
				enum: SIG_METHODS,
				examples: ["sha256"],
			},
			secret: {
				description:
					"The account's signature secret. List several while you rotate.",
				$ref: "#/$defs/secret",
				// biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of routes.yaml
				examples: ["${VONAGE_SIGNATURE_SECRET}"],
			},
			tolerance: {
				description:
					"How far `timestamp` may differ from the clock in either direction, from `1s` to `7d`.",
				$ref: "#/$defs/duration",
				default: "5m",
			},
			timestamp: {
				description:
					"`optional` also accepts webhooks without a `timestamp`. Those can be replayed at any time.",
				enum: ["required", "optional"],
				default: "required",
			},
		},
	},
	definitions: {},
	read: readVonageSig,
	configure: (settings: VonageSigSettings) => ({
		scheme: VONAGE_SIG,
		settings,
		provesContent: true,
		// `timestamp: optional` has a warning of its own.
		provesTime: true,
		timeAdvice: undefined,
		claims: {
			documented: [CLAIM],
			proves: (claim) => claim === CLAIM,
			accepted: () => undefined,
		},
		secretHeaders: [],
		plainHeaders: [],
		covers: () => true,
		createVerifier: () => createVonageSigVerifier(settings),
		sign: (request, options) => signVonageSig(settings, request, options),
	}),
};

// --- helpers ---

/** The settings of the scheme, as written in the file. */
interface AuthoredVonageSig {
	readonly scheme: "vonage-sig";
	readonly method: VonageSigSettings["method"];
	readonly secret: Secrets;
	readonly tolerance?: string;
	readonly timestamp?: "required" | "optional";
}

/** The API key is one of the signed parameters. */
const CLAIM = "api_key";

function readVonageSig(
	scheme: AuthoredVonageSig,
	site: Site,
	report: Report,
): VonageSigSettings | undefined {
	const { method, timestamp = "required" } = scheme;
	if (method === "md5hash" || method === "md5") {
		report.warn(site.in("method").at(), {
			what: `\`${method}\` is the weakest of the platform's methods`,
			todo: "choose `sha256` at the platform, and write it here",
		});
	}
	if (timestamp === "optional") {
		report.warn(site.in("timestamp").at(), {
			what: "anyone who has seen a webhook without `timestamp` can replay it forever",
			todo: "take it out where the platform sends the time",
		});
	}
	const secrets = readSecrets(scheme.secret, site.in("secret"), report);
	const toleranceMs = readTolerance(scheme, site, report);
	if (secrets === undefined || toleranceMs === undefined) return undefined;
	return { scheme: "vonage-sig", method, secrets, toleranceMs, timestamp };
}
