import type { Ajv, Format, Options } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

/** The class of AJV for one dialect of JSON Schema; they differ in their keywords alone. */
export type Dialect = new (options: Options) => unknown;

/**
 * Creates AJV with the formats of `ajv-formats`, and without those rules of its strict mode that refuse
 * good schemas. Each caller adds options of its own.
 *
 * @param Dialect default 2020-12
 */
export function createAjv(options: Options, Dialect: Dialect = Ajv2020): Ajv {
	const ajv = new Dialect({
		strictTypes: false,
		strictTuples: false,
		strictRequired: false,
		...options,
	}) as Ajv;
	addFormats(ajv);
	return ajv;
}

/** Options that collect every error, each with its schema and value. */
export const EXPLAIN: Options = { allErrors: true, verbose: true };

/** The longest text that any format fits: 8 KiB, what servers take for a whole request line. */
export const FORMAT_MAX = 8 * 1024;

// --- helpers ---

/**
 * Adds the formats of `ajv-formats`, each with a bound on the length of the text. Their expressions
 * backtrack, and nobody has measured all of them on a text of 100 KB.
 */
function addFormats(ajv: Ajv): void {
	formats.default(ajv);
	for (const [name, format] of Object.entries(ajv.formats)) {
		if (format !== undefined && !UNBOUNDED.has(name)) {
			ajv.addFormat(name, bound(format));
		}
	}
	// That of the package takes seconds for 99 KB of colons.
	ajv.addFormat("url", bound(isUrl));
}

/** Formats that take long texts: base64 is checked by one look at each character. */
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

/** True for an absolute URL of the web or FTP, by the URL standard. */
function isUrl(text: string): boolean {
	// The parser forgives blanks, line breaks and missing slashes.
	return /^(?:https?|ftp):\/\/[^\s/]/i.test(text) && !/\s/.test(text)
		? URL.canParse(text)
		: false;
}
