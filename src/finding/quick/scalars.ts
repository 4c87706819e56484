import { decline } from "./doubt.ts";

/** Returns the value of a scalar without quotes, by the core schema of YAML 1.2. */
export function resolvePlain(text: string): unknown {
	switch (text.charCodeAt(0)) {
		case 0x74: // t
		case 0x54:
			return TRUE.has(text) ? true : text;
		case 0x66: // f
		case 0x46:
			return FALSE.has(text) ? false : text;
		case 0x6e: // n
		case 0x4e:
		case 0x7e: // ~
			return NULL.has(text) ? null : text;
		default:
			return NUMBER_START.test(text) ? resolveNumber(text) : text;
	}
}

/** Returns the text of a scalar in double quotes. Declines the escapes that JSON does not have. */
export function resolveEscapes(text: string): string {
	try {
		return JSON.parse(`"${text}"`) as string;
	} catch {
		return decline();
	}
}

/** Declines a key that is not a text, and a number that is not written as it is read: only its text finds a key again. */
export function checkPlainKey(text: string): void {
	if (ODD_KEY_START.test(text) && !PLAIN_KEY.test(text)) decline();
}

// --- helpers ---

const TRUE = new Set(["true", "True", "TRUE"]);
const FALSE = new Set(["false", "False", "FALSE"]);
const NULL = new Set(["null", "Null", "NULL", "~"]);

const NUMBER_START = /^[-+.\d]/;

const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i;

/** Binary, octal and hexadecimal numbers, a negative zero, and numbers beyond the largest. */
const DOUBTFUL_NUMBER =
	/^[-+]?(?:0[box]|[\d.]+e[-+]?\d{3}|[\d.]{300}|\.(?:inf|nan)$)|^-[0.]+(?:e|$)/i;

const ODD_KEY_START = /^[-+.~\dntf]/i;

const PLAIN_KEY = /^(?!(?:null|true|false)$)[^-+.~\d]|^(?:0|[1-9]\d{0,14})$/i;

function resolveNumber(text: string): unknown {
	if (DOUBTFUL_NUMBER.test(text)) decline();
	return NUMBER.test(text) ? Number(text) : text;
}
