import { HookError } from "../errors.ts";
import { defineField } from "../event/define-field.ts";
import type { Payload } from "../event/webhook.ts";

/** The most fields that a form may have: no webhook of the platform has as many. */
const FIELDS_MAX = 1000;

/**
 * Parses `application/x-www-form-urlencoded` text (WHATWG URL standard, section 5.1) as it stands:
 * dots, dashes and brackets in names mean nothing, a name that comes again makes a list.
 * Throws BODY_ENCODING for a percent escape that is broken or no UTF-8, and for more than 1,000 fields.
 */
export function parseForm(text: string): Payload {
	const fields: Record<string, string | string[]> = {};
	if (text === "") return fields;
	const pairs = text.split("&");
	if (pairs.length > FIELDS_MAX) {
		throw new HookError(
			"BODY_ENCODING",
			`there are more than ${FIELDS_MAX} fields`,
		);
	}
	for (const pair of pairs) {
		if (pair === "") continue;
		const equals = pair.indexOf("=");
		const name = decodeText(equals === -1 ? pair : pair.slice(0, equals));
		const value = equals === -1 ? "" : decodeText(pair.slice(equals + 1));
		if (!Object.hasOwn(fields, name)) {
			if (name === "__proto__") defineField(fields, name, value);
			else fields[name] = value;
			continue;
		}
		const known = fields[name] as string | string[];
		const list = typeof known === "string" ? [known, value] : [...known, value];
		defineField(fields, name, list);
	}
	return fields;
}

// --- helpers ---

function decodeText(text: string): string {
	const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
	if (!spaced.includes("%")) return spaced;
	try {
		return decodeURIComponent(spaced);
	} catch {
		throw new HookError(
			"BODY_ENCODING",
			"a percent escape is broken or is not UTF-8",
		);
	}
}
