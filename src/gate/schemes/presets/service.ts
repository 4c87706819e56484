import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import { configureHmac } from "../hmac/scheme.ts";
import type { HmacSettings } from "../hmac/signature.ts";
import type { Scheme } from "../scheme.ts";
import { readSecrets, type Secrets } from "../secrets.ts";
import { readTolerance } from "../window.ts";

/** The HMAC of one service: everything but the secret is known. */
export interface Service {
	/** The name of the scheme. */
	readonly name: string;
	/** The service, for people. */
	readonly title: string;
	/** The name that the service gives its secret. */
	readonly secretName: string;
	/** The page of the service that documents its signature. */
	readonly source: string;
	readonly hmac: Omit<HmacSettings, "scheme" | "secrets" | "toleranceMs">;
}

/** Creates the scheme of a service, which takes a secret and, if the service signs the time, a tolerance. */
export function createServiceScheme(service: Service): Scheme {
	const { name, title, secretName, source, hmac } = service;
	const isTimed = hmac.timestamp !== undefined;
	const scheme: Scheme = {
		name,
		isPlatform: false,
		secretHeaders: [hmac.header],
		secretParameters: [],
		schema: {
			title: name,
			description: `The signature of ${title} in the header \`${hmac.header}\` ([documented by ${title}](${source})). See [services](signatures.md#services).`,
			type: "object",
			additionalProperties: false,
			required: ["scheme", "secret"],
			properties: {
				scheme: { description: `The signature of ${title}.`, const: name },
				secret: secretSchema(name, secretName),
				...(isTimed && { tolerance: TOLERANCE }),
			},
		},
		definitions: {},
		read: (written: AuthoredService, site, report) =>
			readService(service, written, site, report),
		configure: (settings: HmacSettings) => configureHmac(scheme, settings),
	};
	return scheme;
}

/** The schema of a service's secret. */
export function secretSchema(
	name: string,
	secretName: string,
): Readonly<Record<string, unknown>> {
	return {
		description: `The ${secretName}. List several while you rotate.`,
		$ref: "#/$defs/secret",
		examples: [`\${${name.toUpperCase()}_SECRET}`],
	};
}

// --- helpers ---

const TOLERANCE = {
	description:
		"How far the time of signing may differ from the clock in either direction, from `1s` to `7d`.",
	$ref: "#/$defs/duration",
	default: "5m",
};

interface AuthoredService {
	readonly scheme: string;
	readonly secret: Secrets;
	readonly tolerance?: string;
}

function readService(
	{ name, hmac }: Service,
	written: AuthoredService,
	site: Site,
	report: Report,
): HmacSettings | undefined {
	const secrets = readSecrets(written.secret, site.in("secret"), report);
	const toleranceMs = readTolerance(written, site, report);
	if (secrets === undefined || toleranceMs === undefined) return undefined;
	return { scheme: name, ...hmac, secrets, toleranceMs };
}
