import type { Ajv, ErrorObject, Format, Options } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { memo } from "../memo.ts";

/** The class of AJV for one dialect of JSON Schema; they differ in their keywords alone. */
export type Dialect = new (options: Options) => unknown;

/**
 * Creates AJV with the formats of `ajv-formats`, and without the rules of its strict mode that refuse good schemas. Callers add
 * their own options.
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

/**
 * Checks a schema against the meta-schema of its dialect. Returns no errors for a valid one, and throws an Error if `$schema` names
 * another dialect. A meta-schema takes longer to compile than most schemas, so that the process compiles each once.
 *
 * @param Dialect default 2020-12
 */
export function checkSchema(
	schema: object,
	Dialect: Dialect = Ajv2020,
): readonly ErrorObject[] {
	const ajv = memo(META, Dialect, () =>
		// Measured: without optimizing, half the time to compile.
		createAjv(
			{ ...EXPLAIN, code: { optimize: false }, logger: false },
			Dialect,
		),
	);
	ajv.validateSchema(schema);
	return ajv.errors ?? [];
}

/** The maximum length of a text for any format: 8 KiB, the limit of servers for a whole request line. */
export const FORMAT_MAX = 8 * 1024;

// --- helpers ---

/** The instances that have compiled a meta-schema, by dialect. They keep no schema that they check. */
const META = new Map<Dialect, Ajv>();

/**
 * Adds the formats of `ajv-formats`, each with a maximum length. Their regular expressions backtrack, and have not all been
 * measured with a text of 100 KB.
 */
function addFormats(ajv: Ajv): void {
	formats.default(ajv);
	for (const [name, format] of Object.entries(ajv.formats)) {
		if (format !== undefined && !UNBOUNDED.has(name)) {
			ajv.addFormat(name, bound(format));
		}
	}
	// The package's own version takes seconds for 99 KB of colons.
	ajv.addFormat("url", bound(isUrl));
}

/** Formats that accept long texts: base64 is checked in one pass. */
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

/** Returns true for an absolute URL of the web or FTP, according to the URL standard. */
function isUrl(text: string): boolean {
	// The parser accepts blanks, line breaks and missing slashes.
	return /^(?:https?|ftp):\/\/[^\s/]/i.test(text) && !/\s/.test(text)
		? URL.canParse(text)
		: false;
}
