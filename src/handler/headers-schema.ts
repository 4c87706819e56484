import type { SchemaPart } from "../config/handler-spec.ts";

/** Validates headers to be written: names are tokens (RFC 9110 section 5.1), values are a single line (section 5.5). Default: none. */
export const HEADERS_SCHEMA: SchemaPart = {
	type: "object",
	propertyNames: {
		pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
		expects: "a header name: letters, digits and `-`",
	},
	additionalProperties: {
		type: "string",
		pattern: "^[\\t\\x20-\\x7e\\x80-\\xff]*$",
		expects: "text in one line",
	},
	default: {},
};
