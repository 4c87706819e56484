import { hash } from "node:crypto";
import type { Headers } from "../../event/webhook.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { NOTHING_MORE, type Verifier } from "../signature.ts";
import { fitsAny, isSameText } from "./compare.ts";
import { noneOf } from "./keys.ts";
import { invalid, missing } from "./refusal.ts";
import {
	NO_CLAIMS,
	type OutgoingRequest,
	type Scheme,
	type SignedRequest,
} from "./scheme.ts";
import { readSecrets, type Secrets } from "./secrets.ts";

/** HTTP Basic authentication (RFC 7617). */
export const BASIC: Scheme = {
	name: "basic",
	isPlatform: false,
	secretHeaders: ["authorization"],
	secretParameters: [],
	schema: {
		title: "basic",
		description:
			"HTTP Basic authentication (RFC 7617). It identifies the sender, but does not protect the content. The platform itself does not use it. See [basic](signatures.md#basic).",
		type: "object",
		additionalProperties: false,
		required: ["scheme", "username", "password"],
		properties: {
			scheme: { description: "User and password.", const: "basic" },
			username: {
				description: "The user name.",
				type: "string",
				pattern: "^[^:\\x00-\\x1f\\x7f]+$",
				expects: "a name without `:`",
				examples: ["billing"],
			},
			password: {
				description: "The password. List several while you rotate.",
				$ref: "#/$defs/secret",
				// biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of routes.yaml
				examples: ["${WEBHOOK_PASSWORD}"],
			},
		},
	},
	definitions: {},
	read: readBasic,
	configure: (settings: BasicSettings) => ({
		scheme: BASIC,
		settings,
		provesContent: false,
		provesTime: false,
		timeAdvice: undefined,
		claims: NO_CLAIMS,
		secretHeaders: [],
		plainHeaders: [],
		covers: () => true,
		createVerifier: () => createBasicVerifier(settings),
		sign: (request) => signBasic(settings, request),
	}),
};

/** The settings of `basic`. */
export interface BasicSettings {
	readonly scheme: "basic";
	readonly username: string;
	readonly passwords: readonly string[];
}

/**
 * Creates the check of HTTP Basic authentication (RFC 7617), in UTF-8. It proves the sender, but does not cover the
 * request and cannot distinguish requests. Throws RangeError for an empty password.
 */
export function createBasicVerifier(settings: BasicSettings): Verifier {
	const { passwords } = settings;
	if (passwords.length === 0 || passwords.includes("")) {
		throw new RangeError("a scheme needs a password");
	}
	const userHash = digest(Buffer.from(settings.username));
	const passwordHashes = passwords.map((text) => digest(Buffer.from(text)));
	return {
		name: NAME,
		prove({ headers }) {
			const credentials = readCredentials(headers);
			const colon = credentials.indexOf(COLON);
			if (colon === -1) throw invalid(NAME, "the credentials hold no colon");
			// Digests have one length: the comparison does not tell that of a password.
			const user = digest(credentials.subarray(0, colon));
			const password = digest(credentials.subarray(colon + 1));
			const isUser = isSameText(user, userHash);
			const isPassword = fitsAny([password], passwordHashes);
			if (!isUser) throw invalid(NAME, "the user is another");
			if (!isPassword) {
				throw invalid(NAME, `the password ${noneOf(passwords.length)}`);
			}
			return NOTHING_MORE;
		},
	};
}

/** Adds the Authorization header, with the first of the passwords. */
export function signBasic(
	{ username, passwords: [password = ""] }: BasicSettings,
	request: OutgoingRequest,
): SignedRequest {
	const credentials = Buffer.from(`${username}:${password}`).toString("base64");
	const headers = { ...request.headers, authorization: `Basic ${credentials}` };
	return { ...request, headers };
}

// --- helpers ---

const NAME = "basic";

/** The settings of the scheme, as written in the file. */
interface AuthoredBasic {
	readonly scheme: "basic";
	readonly username: string;
	readonly password: Secrets;
}

function readBasic(
	{ username, password }: AuthoredBasic,
	site: Site,
	report: Report,
): BasicSettings | undefined {
	const passwords = readSecrets(password, site.in("password"), report);
	if (passwords === undefined) return undefined;
	return { scheme: "basic", username, passwords };
}

const COLON = 0x3a;

function digest(bytes: Uint8Array): string {
	return hash("sha256", bytes, "hex");
}

function readCredentials({ authorization: header }: Headers): Buffer {
	if (header === undefined) {
		throw missing(NAME, "there is no Authorization header");
	}
	if (typeof header !== "string") {
		throw invalid(NAME, "there are several Authorization headers");
	}
	// RFC 7235 section 2.1: the scheme's name has no case.
	const text = /^basic +([^ ]+)$/i.exec(header)?.[1];
	if (text === undefined) {
		throw invalid(
			NAME,
			"the Authorization header is not `Basic` and one text of base64",
		);
	}
	const bytes = Buffer.from(text, "base64");
	// One text for one meaning: Buffer reads past stray characters and stray bits.
	if (bytes.toString("base64") !== text) {
		throw invalid(NAME, "the credentials are not base64");
	}
	return bytes;
}
