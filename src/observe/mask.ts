import { hidePrivate } from "./private-text.ts";

/**
 * Masks the parts of a text that a log must not show: telephone numbers (`44********01`), secrets and tokens (`[secret]`), and what
 * is marked as the words of others. UUIDs stay whole, since people search a log for them.
 */
export function maskText(text: string): string {
	if (!SUSPECT.test(text)) return text;
	return hidePrivate(text)
		.replace(BEARER, "$1 [secret]")
		.replace(COOKIE, "$1[secret]")
		.replace(KEY_AND_SECRET, "$1[secret]")
		.replace(TOKEN, "[secret]")
		.replace(USER_INFO, "$1[secret]@")
		.replace(NUMBER, maskNumber);
}

/**
 * A copy of a payload (or of a plugin's log fields) that may be logged: message text becomes
 * `[masked N characters]`, secrets `[secret]`, numbers as in `maskText`. At most eight levels and a
 * thousand values are looked at; it says so where there was more. Never throws.
 */
export function maskPayload(payload: object): Record<string, unknown> {
	try {
		return maskFields(payload, { left: MOST }, false, 0);
	} catch {
		// A getter or a `toJSON` of somebody else's object threw.
		return { unloggable: true };
	}
}

/** True for an id with a letter in it, under the name of one: it is no telephone number, and one searches a log for it. */
export function isSearchedFor(key: string, value: unknown): boolean {
	return typeof value === "string" && ID_KEY.test(key) && ID.test(value);
}

// --- helpers ---

// What a text must have in it to be worth the searches below: most log lines have none of it.
const SUSPECT =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: marks of private text
	/[\u0001-\u0003:=@]|\d{7}|\+\d|\d[ ().-]{1,3}\d|bearer|basic|eyJ|whsec_/i;

const BEARER = /\b(bearer|basic)\s{1,3}[\w.~+/=-]{6,}/gi;

const KEY_NAMES =
	"secret|token|authorization|password|passwd|pwd|passphrase|credentials?|(?:private|api|access|auth|signing)[-_]?key";

// The key may end a longer name (`api_secret`, `refreshToken`, `X-Api-Key`), stand in quotes, in a query or in prose.
const KEY_AND_SECRET = new RegExp(
	`((?:${KEY_NAMES}|\\bsig|(?<![a-z])pin)["']?\\s{0,3}[:=]\\s{0,3}["']?)(?!\\[secret\\])[^\\s"'&,;}]+`,
	"gi",
);

// A cookie has several values, up to the end of its line.
const COOKIE =
	/(cookie["']?\s{0,3}[:=]\s{0,3}["']?)(?!\[secret\])[^\s"'][^\r\n"']*/gi;

const USER_INFO = /(:\/\/)[^\s/@]{1,256}@/g;

/** A JWT (RFC 7519) wherever it stands, and a secret of Standard Webhooks. */
const TOKEN = /eyJ[\w-]+\.[\w.-]*|whsec_[^\s"'&,;}]+/g;

// First what is no telephone number, so that its digits are not taken for one: a UUID, a time, an IPv4 address. After a plus, or
// between groups of two digits and more, separators count.
const NUMBER =
	/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|(?<!\d)\d{4}-\d\d-\d\d(?!\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])|\+\d(?:[ ().-]{0,2}\d){6,}|\d+(?:[ ()-]{1,3}\d{2,})+|\d{2,4}(?:\.\d{2,4}){2,}|\d{7,}/gi;

const SECRET_KEY = new RegExp(
	`(?:${KEY_NAMES}|signature|cookie)$|^sig$|(?:^|[-_])pin$`,
	"i",
);

/** Fields that hold what people said or typed, in the payloads of every kind. */
const TEXT_KEYS: ReadonlySet<string> = new Set([
	"body",
	"caption",
	"content",
	"data",
	"digits",
	"dtmf",
	"keyword",
	"message",
	"speech",
	"text",
	"transcript",
	"udh",
]);

const ID_KEY = /(?:^|[_-])uu?id(?:_from|_to)?$|(?:^|[_-])id$|[a-z\d]I[dD]$/;
const ID = /^(?=.*[A-Za-z])[\w-]{8,64}$/;

const DEEPEST = 8;
const MOST = 1000;

/** A UUID, a time or an IPv4 address. */
const NO_NUMBER =
	/^(?:[\da-f]{8}-[\da-f]{4}-.{22}|\d{4}-\d\d-\d\d.*|\d{1,3}(?:\.\d{1,3}){3})$/i;

/** Counts the values that may still be looked at: a socket or a request in the fields must not block the loop. */
interface Budget {
	left: number;
}

function maskNumber(found: string): string {
	if (NO_NUMBER.test(found)) return found;
	const plus = found.startsWith("+") ? "+" : "";
	const digits = found.replace(/\D/g, "");
	if (digits.length < 7) return found;
	return `${plus}${digits.slice(0, 2)}${"*".repeat(digits.length - 4)}${digits.slice(-2)}`;
}

function maskFields(
	fields: object,
	budget: Budget,
	isText: boolean,
	depth: number,
): Record<string, unknown> {
	const entries = Object.entries(fields).map(([key, value]) => [
		maskName(key),
		maskField(key, value, budget, isText, depth),
	]);
	// fromEntries defines, it does not assign: `__proto__` is a field like any other.
	return Object.fromEntries(entries);
}

function maskField(
	key: string,
	value: unknown,
	budget: Budget,
	isText: boolean,
	depth: number,
): unknown {
	if (value === undefined || value === null) return value;
	if (SECRET_KEY.test(key)) return "[secret]";
	if (!isText && typeof value === "string" && ID_KEY.test(key)) {
		return isSearchedFor(key, value) ? value : maskText(value);
	}
	return maskValue(value, budget, isText || TEXT_KEYS.has(key), depth);
}

/** A sender chooses the names of fields as well: one that is no plain name is a text. */
function maskName(key: string): string {
	if (WORDS_ONLY.test(key)) return key;
	return PLAIN_NAME.test(key) ? maskText(key) : maskAll(key);
}

const WORDS_ONLY = /^[A-Za-z_-]{0,64}$/;

const PLAIN_NAME = /^[\w.$:@[\]/-]{0,64}$/;

function maskValue(
	value: unknown,
	budget: Budget,
	isText: boolean,
	depth: number,
): unknown {
	budget.left -= 1;
	if (budget.left < 0) return "[more]";
	switch (typeof value) {
		case "string":
			return isText ? maskAll(value) : maskText(value);
		case "number":
			return maskDigits(value, isText);
		case "bigint":
			return maskDigits(value, isText);
		case "object":
			return value === null ? null : maskObject(value, budget, isText, depth);
		default:
			return value;
	}
}

function maskObject(
	value: object,
	budget: Budget,
	isText: boolean,
	depth: number,
): unknown {
	// An error stays one: the log's own serializer masks it.
	if (value instanceof Error) return value;
	if (value instanceof Uint8Array) return `[masked ${value.length} bytes]`;
	if ("toJSON" in value && typeof value.toJSON === "function") {
		const plain: unknown = value.toJSON();
		if (plain !== value) return maskValue(plain, budget, isText, depth + 1);
	}
	if (depth >= DEEPEST) return "[more]";
	if (!Array.isArray(value))
		return maskFields(value, budget, isText, depth + 1);
	return value
		.slice(0, MOST)
		.map((item) => maskValue(item, budget, isText, depth + 1));
}

function maskAll(text: string): string {
	return `[masked ${text.length} characters]`;
}

function maskDigits(value: number | bigint, isText: boolean): unknown {
	const text = String(value);
	if (isText) return maskAll(text);
	// What follows the point is a measure's or a price's, never a telephone number's.
	const whole = typeof value === "number" ? Math.trunc(value) : value;
	return typeof value === "bigint" || /\d{7}/.test(String(whole))
		? maskText(text)
		: value;
}
