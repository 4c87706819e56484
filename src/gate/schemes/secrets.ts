import { itemsOf } from "../../finding/items.ts";
import type { Report } from "../../finding/report.ts";
import { lineOf, type Site } from "../../finding/site.ts";

/** One secret, or several during a rotation. */
export type Secrets = string | readonly string[];

/**
 * Reads one or several secrets, without duplicates. Returns undefined, with a finding, if one is blank. Warns about
 * secrets that are weak or written in the file. No finding contains a secret.
 */
export function readSecrets(
	value: Secrets,
	site: Site,
	report: Report,
): readonly string[] | undefined {
	const secrets = eachSecret(value, site, report);
	if (secrets === undefined) return undefined;
	for (const [text, at] of secrets) {
		if (isGuessable(text)) reportGuessable(text, at, report);
		else if (text.length < SHORTEST_LENGTH) {
			report.warn(
				at.at(),
				{
					what: `the secret has fewer than ${SHORTEST_LENGTH} characters and can be guessed by brute force`,
					expected: RANDOM,
				},
				`short ${text}`,
			);
		}
		if (text !== text.trim()) {
			report.warn(at.at(), {
				what: "the secret begins or ends with white space, which counts as part of it",
				todo: "take the white space out unless the sender has it too",
			});
		}
	}
	return [...secrets.keys()];
}

/**
 * Reads the keys of Standard Webhooks: `whsec_` and base64. The prefix is optional. Returns undefined, with a finding, if
 * one is blank or not base64 (RFC 4648 section 4).
 */
export function readKeys(
	value: Secrets,
	site: Site,
	report: Report,
): readonly Uint8Array[] | undefined {
	const secrets = eachSecret(value, site, report);
	if (secrets === undefined) return undefined;
	const keys: Uint8Array[] = [];
	for (const [text, at] of secrets) {
		const key = decodeKey(text);
		if (key === undefined) {
			report.error(at.at(), {
				what: "the secret is not valid base64",
				expected: "`whsec_` and base64, as the sender shows it",
			});
			continue;
		}
		if (key.length < SHORTEST_KEY_BYTES) {
			report.warn(at.at(), {
				what: `the secret has fewer than ${SHORTEST_KEY_BYTES} bytes`,
				expected: "24 to 64 random bytes, as Standard Webhooks has it",
			});
		}
		keys.push(key);
	}
	return keys.length === secrets.size ? keys : undefined;
}

/** Decodes a key of Standard Webhooks: `whsec_` and base64. Undefined for any other text. */
export function decodeKey(text: string): Uint8Array | undefined {
	const encoded = text.trim().replace(/^whsec_/, "");
	if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return undefined;
	const bytes = Buffer.from(encoded, "base64");
	// A length that base64 never has loses its last character.
	const bare = encoded.replace(/=+$/, "");
	const isWhole = bytes.toString("base64").replace(/=+$/, "") === bare;
	return isWhole ? Uint8Array.from(bytes) : undefined;
}

// --- helpers ---

/** Signature secrets of the platform's SMS API have at least 16 characters. */
const SHORTEST_LENGTH = 16;

/** Standard Webhooks, "Signature scheme": 192 to 512 bits. */
const SHORTEST_KEY_BYTES = 24;

const RANDOM = `${SHORTEST_LENGTH} or more random characters, better 32`;

/** The secrets and their positions, without duplicates. */
function eachSecret(
	value: Secrets,
	site: Site,
	report: Report,
): ReadonlyMap<string, Site> | undefined {
	const secrets = new Map<string, Site>();
	let isRight = true;
	for (const { text, at } of itemsOf(value, site)) {
		const first = secrets.get(text);
		if (text.trim() === "") {
			isRight = false;
			report.error(at.at(), {
				what: "the secret is blank",
				todo: FROM_OUTSIDE,
			});
		} else if (first !== undefined) {
			report.warn(at.at(), {
				what: `the secret is listed twice, first in ${lineOf(first)}`,
				todo: "take one of the two out",
			});
		} else {
			secrets.set(text, at);
			if (!at.isFromOutside()) reportWritten(text, at, report);
		}
	}
	return isRight ? secrets : undefined;
}

const FROM_OUTSIDE =
	// biome-ignore lint/suspicious/noTemplateCurlyInString: the references are those of routes.yaml
	'take it from the environment: `"${NAME}"`, or from a file: `"${file:/run/secrets/name}"`';

/**
 * Warns about a secret that is written in the file, and so also in its history. The fold contains the secret, and is never
 * printed.
 */
function reportWritten(text: string, at: Site, report: Report): void {
	report.warn(
		at.at(),
		{ what: "the secret is in plain text here", todo: FROM_OUTSIDE },
		`written ${text}`,
	);
}

function reportGuessable(text: string, at: Site, report: Report): void {
	report.warn(
		at.at(),
		{
			what: "the secret is a common one and easy to guess",
			expected: RANDOM,
		},
		`guessable ${text}`,
	);
}

/** Matches one repeated character, or only placeholder words. */
function isGuessable(text: string): boolean {
	const letters = text.toLowerCase().replace(/[^a-z0-9]/g, "");
	return /^(.)\1*$/su.test(text) || PLACEHOLDER.test(letters);
}

/** No word is a prefix of a combination of others, so a long text is scanned once. */
const PLACEHOLDER =
	/^(?:your|my|our|the|here|api|sms|nexmo|vonage|webhook|shared|signature|signing|signed|secret|key|token|pass|word|wd|change|me|this|test|example|sample|demo|dummy|placeholder|todo|default|admin|root|letmein|qwerty|abc|foo|bar|baz|x)+\d{0,4}$/;
