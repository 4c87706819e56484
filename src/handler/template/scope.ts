import { defineField } from "../../event/define-field.ts";
import type {
	Claims,
	Headers,
	HookEvent,
	Level,
	Payload,
} from "../../event/webhook.ts";
import { parseForm } from "../../gate/form.ts";

/** The variables of a template's expressions. */
export interface TemplateScope {
	readonly payload: Payload;
	/** The parameters of the query, by name. A repeated name becomes a list. */
	readonly query: Payload;
	/** The values of the path's `:name` segments. */
	readonly params: Readonly<Record<string, string>>;
	/** The headers by name in lower case, without those that prove the origin. */
	readonly headers: Headers;
	readonly route: {
		readonly name: string;
		readonly path: string;
		/** Absent on an internal route. */
		readonly level?: Level;
		/** The same as `params`. */
		readonly params: Readonly<Record<string, string>>;
	};
	/** The claims of the verified token. */
	readonly claims: Claims;
}

/**
 * Creates the scope of an event, for all templates of one answer. The query is parsed when a template first reads it.
 *
 * @param path the route's path as written, with its `:name` segments
 * @param payload default: that of the event
 */
export function createScope(
	event: HookEvent,
	path: string,
	payload: Payload = event.payload,
): TemplateScope {
	const { params, headers, claims, route: name, level } = event;
	let query: Payload | undefined;
	return {
		payload,
		// LiquidJS only reads own properties, so this is not a getter of a class.
		get query() {
			query ??= readQuery(event.query);
			return query;
		},
		params,
		headers,
		// Without a level it is not a key, so that a template can say `| default`.
		route: { name, path, ...(level && { level }), params },
		claims,
	};
}

/**
 * Parses a query into fields, like those of a payload: a repeated name becomes a list. Never throws, because a broken escape in
 * a parameter must not cost the caller the menu.
 */
export function readQuery(query: string): Payload {
	try {
		return parseForm(query);
	} catch {
		return parseLeniently(query);
	}
}

// --- helpers ---

/** As in the WHATWG URL standard, section 5.1, a broken escape stays as it is, and invalid UTF-8 becomes U+FFFD. */
function parseLeniently(query: string): Payload {
	const form = new URLSearchParams(query);
	const fields = {};
	for (const name of new Set(form.keys())) {
		const values = form.getAll(name);
		defineField(fields, name, values.length === 1 ? values[0] : values);
	}
	return fields;
}
