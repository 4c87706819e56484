import type { Ajv, Format } from "ajv";
import formats from "ajv-formats";

/** The longest text that any format fits: 8 KiB, what servers take for a whole request line. */
export const FORMAT_MAX = 8 * 1024;

/**
 * Adds the formats of `ajv-formats` with a bound to each: their expressions are made for backtracking, and what
 * they would do with a text of 100 KB is not known of all of them.
 */
export function addFormats(ajv: Ajv): void {
	formats.default(ajv);
	for (const [name, format] of Object.entries(ajv.formats)) {
		if (format !== undefined && !UNBOUNDED.has(name)) {
			ajv.addFormat(name, bound(format));
		}
	}
	// That of the package takes seconds for 99 KB of colons.
	ajv.addFormat("url", bound(isUrl));
}

// --- helpers ---

/** A file as base64 may be long, and one look at each character tells. */
const UNBOUNDED = new Set(["byte"]);

function bound(format: Format): Format {
	if (format === true || typeof format === "string") return format;
	if (format instanceof RegExp) {
		return (text) => text.length <= FORMAT_MAX && format.test(text);
	}
	if (typeof format === "function") {
		return (text) => text.length <= FORMAT_MAX && format(text);
	}
	const { validate, type = "string", async } = format;
	if (type !== "string" || async === true) return format;
	const inner = bound(validate as Format);
	return { ...format, validate: inner } as Format;
}

/** An absolute URL of the web or FTP, by the URL standard. */
function isUrl(text: string): boolean {
	// The parser forgives blanks, line breaks and missing slashes.
	return /^(?:https?|ftp):\/\/[^\s/]/i.test(text) && !/\s/.test(text)
		? URL.canParse(text)
		: false;
}
