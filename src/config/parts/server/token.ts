import { createHash } from "node:crypto";
import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import { readSecrets } from "../../../gate/schemes/secrets.ts";

/** Returns the hash of a token, which the file may have instead of the token itself. */
export function readToken(
	text: string,
	site: Site,
	report: Report,
): string | undefined {
	if (text.startsWith(HASH_PREFIX)) {
		const hash = text.slice(HASH_PREFIX.length).toLowerCase();
		if (/^[0-9a-f]{64}$/.test(hash)) return hash;
		report.error(site.at(), {
			what: "the hash of the token is not valid",
			expected: "`sha256:` and 64 hexadecimal digits",
			todo: 'print it with `printf %s "$TOKEN" | sha256sum`',
		});
		return undefined;
	}
	// Such a character cannot be sent in a header, or separates values there.
	if (!/^[!-+\--~]+$/.test(text)) {
		report.error(site.at(), {
			what: "the token has characters that an Authorization header cannot have",
			expected: "letters, digits and signs without blanks and commas",
			todo: "make one with `openssl rand -hex 32`",
		});
		return undefined;
	}
	if (readSecrets(text, site, report) === undefined) return undefined;
	return createHash("sha256").update(text).digest("hex");
}

// --- helpers ---

const HASH_PREFIX = "sha256:";
