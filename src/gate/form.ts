import { HookError } from "../errors.ts";
import { defineField } from "../event/define-field.ts";
import type { Payload } from "../event/webhook.ts";

/** The maximum number of fields in a form. Webhooks of the platform have fewer. */
const FIELDS_MAX = 1000;

/**
 * Parses `application/x-www-form-urlencoded` text (WHATWG URL standard, section 5.1). Dots, dashes and brackets in names
 * have no special meaning, and a repeated name becomes a list. Throws BODY_ENCODING for percent-encoding that is broken or
 * not UTF-8, and for more than 1,000 fields.
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

/** The content type of a form. */
export const FORM = "application/x-www-form-urlencoded";

/** Writes fields as `a=1&b=2`. */
export function toForm(payload: Payload): string {
	const form = new URLSearchParams();
	for (const [field, value] of Object.entries(payload)) {
		if (value === null || value === undefined) continue;
		const text = typeof value === "string" ? value : JSON.stringify(value);
		form.append(field, text);
	}
	return form.toString();
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
