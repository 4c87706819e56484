import { hideAll } from "./hide-all.ts";
import type { PersonalSort } from "./privacy.ts";
import { hidePrivate } from "./private-text.ts";

/**
 * Masks the parts of a text that a log must not show: telephone numbers (`44********01`), e-mail addresses
 * (`a***@example.com`), secrets and tokens (`[secret]`), and marked private text. UUIDs stay, because people search a log for
 * them.
 */
export function maskText(text: string): string {
	if (!SUSPECT.test(text)) return text;
	return maskSecrets(hidePrivate(text))
		.replace(EMAIL, "$1***@$2")
		.replace(NUMBER, maskFound);
}

/** Masks secrets and tokens in a text and keeps the rest. For values that are known not to be personal. */
export function maskSecrets(text: string): string {
	if (!SUSPECT.test(text)) return text;
	const named = text
		.replace(BEARER, "$1 [secret]")
		.replace(COOKIE, "$1[secret]")
		.replace(KEY_AND_SECRET, hideSecret);
	return hideTokens(named)
		.replace(WEBHOOK_SECRET, "[secret]")
		.replace(USER_INFO, "$1[secret]@");
}

/**
 * Masks a personal value. A number with seven or more digits, and a business-scoped user id (`US.1349…`), keep their first two
 * and last two digits. An e-mail address keeps its first character and its domain. So equal values can be recognised. All other
 * values become their length. A field for numbers contains an e-mail address if the channel is email. An unknown value is
 * hidden, because it may be free text.
 */
export function maskPersonal(
	text: string,
	sort: PersonalSort | "unknown",
): string {
	if (text === "") return text;
	const isNumber = sort === "number" || sort === "unknown";
	if (isNumber && WHOLE_NUMBER.test(text)) {
		const [scope = ""] = SCOPE.exec(text) ?? [];
		const masked = scope + maskNumber(text.slice(scope.length));
		if (masked !== text) return masked;
	}
	if (sort === "email" || sort === "number") {
		const masked = text.replace(EMAIL, "$1***@$2");
		if (masked !== text && WHOLE_EMAIL.test(text)) return masked;
	}
	return hideAll(text);
}

/** Returns true for the name of a field with a secret value, such as `token` or `api_secret`. */
export function isSecretName(key: string): boolean {
	return SECRET_KEY.test(key);
}

/** Returns true for an account of the platform under its name: eight hexadecimal digits, which identify the account and prove nothing. */
export function isApiKey(key: string, value: unknown): boolean {
	return (
		typeof value === "string" && ACCOUNT.test(value) && API_KEY_NAME.test(key)
	);
}

/**
 * Returns true for an id that contains a letter, under the name of an id. It cannot be a telephone number, and people search a
 * log for it.
 */
export function isSearchedFor(key: string, value: unknown): boolean {
	return typeof value === "string" && ID_KEY.test(key) && ID.test(value);
}

/** Returns true for a value that looks like such an id, under any name. */
export function isSearched(value: string): boolean {
	return ID.test(value) && /\d/.test(value);
}

// --- helpers ---

// A quick test for texts that may need the searches below. Most log lines do not.
const SUSPECT =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: marks of private text
	/[\u0001-\u0003:=@]|\d{7}|\+\d|\d[ ().-]{1,3}\d|bearer|basic|eyJ|whsec_/i;

const BEARER = /\b(bearer|basic)\s{1,3}[\w.~+/=-]{6,}/gi;

const KEY_NAMES =
	"secret|token|authorization|password|passwd|pwd|passphrase|credentials?|(?:private|api|access|auth|signing)[-_]?key";

// The key may be the end of a longer name (`api_secret`, `refreshToken`, `X-Api-Key`), and may be in quotes, in a query or in
// prose.
const KEY_AND_SECRET = new RegExp(
	`((?:${KEY_NAMES}|\\bsig|(?<![a-z])pin)["']?\\s{0,3}[:=]\\s{0,3}["']?)(?!\\[secret\\])[^\\s"'&,;}]+`,
	"gi",
);

// A cookie has several values, up to the end of its line.
const COOKIE =
	/(cookie["']?\s{0,3}[:=]\s{0,3}["']?)(?!\[secret\])[^\s"'][^\r\n"']*/gi;

const USER_INFO = /(:\/\/)[^\s/@]{1,256}@/g;

/** Matches the characters of a JWT (RFC 7519). A search for the token itself would begin at each `eyJ` and read to the end. */
const MAYBE_TOKEN = /[\w.-]+/g;

/** Matches a secret of Standard Webhooks. */
const WEBHOOK_SECRET = /whsec_[^\s"'&,;}]+/g;

// UUIDs, times and IPv4 addresses come first, so that their digits do not match as a telephone number. After a plus sign, or
// between groups of two or more digits, separators are allowed.
const NUMBER =
	/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|(?<!\d)\d{4}-\d\d-\d\d(?!\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])|\+\d(?:[ ().-]{0,2}\d){6,}|\d+(?:[ ()-]{1,3}\d{2,})+|\d{2,4}(?:\.\d{2,4}){2,}|\d{7,}/gi;

const SECRET_KEY = new RegExp(
	`(?:${KEY_NAMES}|signature|cookie)$|^sig$|(?:^|[-_])pin$`,
	"i",
);

const ID_KEY = /(?:^|[_-])uu?id(?:_from|_to)?$|(?:^|[_-])id$|[a-z\d]I[dD]$/;
const ID = /^(?=.*[A-Za-z])[\w-]{8,64}$/;

/** Matches a UUID, a time or an IPv4 address. */
const NO_NUMBER =
	/^(?:[\da-f]{8}-[\da-f]{4}-.{22}|\d{4}-\d\d-\d\d.*|\d{1,3}(?:\.\d{1,3}){3})$/i;

/** Matches a value that is only a telephone number, in any grouping, or a business-scoped user id: a country and digits. */
const WHOLE_NUMBER = /^(?:\+?[\d ().-]+|[A-Z]{2}\.\d+)$/;
const SCOPE = /^[A-Z]{2}\./;

/** Matches the local part and the domain of an e-mail address or a SIP URI. */
const EMAIL =
	/(?<![\w.+-])(?=[\d.+-]{0,63}[A-Za-z_])([\w+-])[\w.+-]{0,63}@([\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})/g;
const WHOLE_EMAIL = /^[\w+-][\w.+-]{0,63}@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}$/;

const API_KEY_NAME = /(?:^|[-_])api[-_]?key$/i;
const ACCOUNT = /^[\da-f]{8}$/i;

function maskFound(found: string): string {
	return NO_NUMBER.test(found) ? found : maskNumber(found);
}

function maskNumber(found: string): string {
	const plus = found.startsWith("+") ? "+" : "";
	const digits = found.replace(/\D/g, "");
	if (digits.length < 7) return found;
	return `${plus}${digits.slice(0, 2)}${"*".repeat(digits.length - 4)}${digits.slice(-2)}`;
}

function hideTokens(text: string): string {
	return text.includes("eyJ") ? text.replace(MAYBE_TOKEN, hideToken) : text;
}

/** Hides a text from the first `eyJ` on that has other characters and then a dot behind it. */
function hideToken(found: string): string {
	let at = found.indexOf("eyJ");
	while (at !== -1) {
		const dot = found.indexOf(".", at);
		if (dot === -1) return found;
		if (dot > at + "eyJ".length) return `${found.slice(0, at)}[secret]`;
		at = found.indexOf("eyJ", dot);
	}
	return found;
}

function hideSecret(found: string, key: string): string {
	const value = found.slice(key.length);
	const name = key.replace(/["'\s:=]+$/, "");
	return isApiKey(name, value) ? found : `${key}[secret]`;
}
