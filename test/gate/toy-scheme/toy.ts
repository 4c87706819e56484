import { createHmac } from "node:crypto";
import type { Report } from "../../../src/finding/report.ts";
import type { Site } from "../../../src/finding/site.ts";
import { isSameText } from "../../../src/gate/schemes/compare.ts";
import { invalid, missing } from "../../../src/gate/schemes/refusal.ts";
import type { Scheme } from "../../../src/gate/schemes/scheme.ts";
import {
	readSecrets,
	type Secrets,
} from "../../../src/gate/schemes/secrets.ts";
import type { Verifier } from "../../../src/gate/signature.ts";

/** A scheme of its own: the shop and an HMAC of the body in `x-toy-signature`, with an id beside it. */
export const TOY: Scheme = {
	name: "toy",
	isPlatform: false,
	secretHeaders: ["x-toy-signature"],
	secretParameters: ["toy"],
	schema: {
		title: "toy",
		description: "The signature of toy shops.",
		type: "object",
		additionalProperties: false,
		required: ["scheme", "shop", "secret"],
		properties: {
			scheme: { description: "A toy.", const: "toy" },
			shop: {
				description: "The only shop that is let in.",
				type: "string",
				examples: ["bear"],
			},
			secret: { description: "The key.", $ref: "#/$defs/secret" },
		},
	},
	definitions: {},
	read: readToy,
	configure: (settings: ToySettings) => ({
		scheme: TOY,
		settings,
		provesContent: true,
		provesTime: false,
		timeAdvice: undefined,
		claims: {
			documented: ["shop"],
			proves: (claim) => claim === "shop",
			accepted: () => [settings.shop],
		},
		secretHeaders: [],
		plainHeaders: ["x-toy-id"],
		covers: (method) => method !== "GET",
		createVerifier: () => createToyVerifier(settings),
		sign: (request, { nonce }) => ({
			...request,
			headers: {
				...request.headers,
				"x-toy-id": nonce,
				"x-toy-signature": signToy(settings, request.raw),
			},
		}),
	}),
};

// --- helpers ---

interface ToySettings {
	readonly scheme: "toy";
	readonly shop: string;
	readonly secrets: readonly string[];
}

interface AuthoredToy {
	readonly scheme: "toy";
	readonly shop: string;
	readonly secret: Secrets;
}

function readToy(
	{ shop, secret }: AuthoredToy,
	site: Site,
	report: Report,
): ToySettings | undefined {
	if (shop === "bear") {
		report.warn(site.in("shop").at(), { what: "bears are out of fashion" });
	}
	const secrets = readSecrets(secret, site.in("secret"), report);
	return secrets && { scheme: "toy", shop, secrets };
}

function createToyVerifier(settings: ToySettings): Verifier {
	return {
		name: "toy",
		prove({ headers, raw }) {
			const given = headers["x-toy-signature"];
			if (given === undefined) throw missing("toy", "there is no toy");
			if (!isSameText(String(given), signToy(settings, raw))) {
				throw invalid("toy", "the toy is broken");
			}
			return { claims: { shop: settings.shop }, mark: undefined };
		},
	};
}

function signToy({ shop, secrets }: ToySettings, raw: Uint8Array): string {
	const hmac = createHmac("sha256", secrets[0] ?? "").update(raw);
	return `${shop}:${hmac.digest("hex")}`;
}
